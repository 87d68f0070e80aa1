# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Mi dispiace, non ho capito. Può dirlo con altre parole?
misunderstood-twice = Continuo a non capire. Riprovi con poche parole semplici, oppure chieda di parlare con una persona.
misunderstood-twice-no-person = Continuo a non capire. Riprovi con poche parole semplici, per favore.
words-wanted = Grazie, l'ho ricevuto. Però so leggere solo testo: di che cosa si tratta?
cancelled = Va bene, ho annullato. Cos'altro posso fare per Lei?
nothing-to-cancel = Va bene. Cosa posso fare per Lei?
switched = Va bene.
denied = Va bene, allora no.
corrected = Va bene, ho corretto.
started-over = Ricominciamo da capo. Come posso aiutarLa?
nothing-to-repeat = Non ho ancora detto nulla. Come posso aiutarLa?
language-changed = Da ora in italiano.
language-name = Italiano
languages-spoken = Posso rispondere solo in queste lingue: { $languages }.

cancel-words = annulla | annullare | annulla tutto | annullalo | stop | ferma | fermati | basta | lascia perdere | lasci perdere | lascia stare | non importa | fa niente | niente | dimentica | dimenticalo | interrompi | smetti | annulli | annulla questo | annulli tutto | ho cambiato idea | lasciamo perdere | lasciamo stare | lasci stare | si fermi | interrompa | smetta
start-over-words = ricomincia | ricominciare | ricominciamo | ricominciamo da capo | da capo | dall'inizio | ricomincia da capo | riparti | ripartiamo da zero | da zero | riavvia | reset | ricominci | ricominci da capo | ricominciamo dall'inizio | ricomincia dall'inizio | ripartiamo da capo | torniamo all'inizio | torna all'inizio
repeat-words = ripeti | ripetere | ripeta | ripeti per favore | ripeta per favore | puoi ripetere | può ripetere | puo ripetere | ancora una volta | di nuovo | come | come scusa | cosa hai detto | cosa ha detto | che hai detto | scusa | scusi | potresti ripetere | potrebbe ripetere | puoi ripeterlo | può ripeterlo | ripetilo | lo ripeta | me lo puoi ripetere | me lo può ripetere | un'altra volta
person-words = persona | una persona | umano | un umano | una persona vera | persona reale | una persona reale | un essere umano | operatore | un operatore | operatrice | operatore umano | agente | un agente | assistente umano | servizio clienti | parlare con una persona | parlare con qualcuno | parlare con un operatore | parlare con un umano | voglio una persona | voglio un operatore | voglio parlare con una persona | voglio parlare con qualcuno | voglio parlare con un operatore | voglio parlare con un umano | vorrei parlare con una persona | vorrei parlare con qualcuno | vorrei parlare con un operatore | posso parlare con una persona | posso parlare con qualcuno | posso parlare con un operatore | ho bisogno di un operatore | ho bisogno di parlare con qualcuno | mi passi un operatore | passami un operatore | mi metta in contatto con un operatore
correct-words = no | in realtà | volevo dire | intendevo | voglio dire | scusa volevo dire | scusi volevo dire | correzione | aspetta | aspetti | non quello | anzi | piuttosto | ho sbagliato | cambialo in | cambialo a | lo cambi in | facciamo | diciamo | meglio | scusa | scusi | scusate
yes-words = sì | si | s | sì sì | certo | certamente | ok | okay | va bene | d'accordo | esatto | esattamente | giusto | corretto | vero | sì grazie | si grazie | sì per favore | assolutamente sì | volentieri | come no | procedi | 👍
no-words = no | n | no grazie | non proprio | mai | sbagliato | falso | per niente | per nulla | assolutamente no | meglio di no | non è corretto | macché | 👎
polite-words = per favore | per piacere | per cortesia | allora | beh | ora | adesso | in realtà | in realta | oh | ah | eh | scusa | scusi | mi dispiace
thanks-words = grazie | grazie mille | molte grazie | tante grazie | mille grazie
language-words = italiano | italian | in italiano | in italiano per favore | italiano per favore | parla italiano | parlate italiano | possiamo parlare in italiano
greeting-words = ciao | salve | buongiorno | buonasera | buon giorno | buona sera | buon pomeriggio | ehi | arrivederci | a presto | buona giornata | buona serata | buonanotte
unknown-words = non so | non lo so | non ho | non ce l'ho | non l'ho | non trovo | non lo trovo | non la trovo | non riesco a trovare | non ricordo | non mi ricordo | nessuna idea | boh | ho perso | l'ho perso | l'ho persa | ho dimenticato | non sono sicuro | non sono sicura | non ne ho | mai ricevuto

## Trouble

apology = Mi dispiace, qualcosa è andato storto da parte nostra.
busy = Un momento, per favore. Sto ancora cercando.
busy-full = Sto ancora cercando e fino ad allora non posso accettare altro. Lo ripeta tra un momento, per favore.
handing-over = La metto in contatto con una persona. Qualcuno sarà da Lei il prima possibile.
handoff-withdrawn = Va bene, non serve che intervenga nessuno. Sono di nuovo qui per Lei.
nobody-came = Mi dispiace, nessuno era libero per subentrare. Sono di nuovo qui per Lei.

## Documents

source = Fonte: { $source }

## Buttons

button-choose = Scegli
button-more = Altro
button-answer = Rispondi

## Questions of rate

rate-question = Quanto è soddisfatto del servizio, da 1 (per niente) a 5 (molto)?
rate-invalid = Risponda con un numero da 1 a 5, per favore.
rate-thanks = Grazie per il Suo riscontro!

## Answers that do not fit

way-out = Se non può rispondere, può anche scrivere: { $words }.
invalid-text = Risponda a parole, per favore.
invalid-text-short =
    { $min ->
        [one] Scriva almeno { $min } carattere, per favore.
        [many] Scriva almeno { $min } di caratteri, per favore.
        *[other] Scriva almeno { $min } caratteri, per favore.
    }
invalid-text-long =
    { $max ->
        [one] Scriva al massimo { $max } carattere, per favore.
        [many] Scriva al massimo { $max } di caratteri, per favore.
        *[other] Scriva al massimo { $max } caratteri, per favore.
    }
invalid-number = Risponda con un numero, per esempio 3.
invalid-number-several = Un solo numero, per favore.
invalid-number-small = Il numero deve essere almeno { $min }.
invalid-number-large = Il numero può essere al massimo { $max }.
invalid-number-whole = Risponda con un numero intero, per favore.
invalid-email = Non sembra un indirizzo e-mail. Dovrebbe essere simile a nome@esempio.it.
invalid-phone = Non sembra un numero di telefono. Dovrebbe essere simile a +39 06 1234567.
invalid-date = Risponda con una data, per esempio 24/12/2026.
invalid-date-none = Questo giorno non esiste nel calendario.
invalid-date-early = La data non può essere precedente al { $min }.
invalid-date-late = La data non può essere successiva al { $max }.
invalid-time = Risponda con un orario, per esempio 19:30.
invalid-time-early = L'orario non può essere precedente alle { $min }.
invalid-time-late = L'orario non può essere successivo alle { $max }.
invalid-choice = Scelga una di queste opzioni: { $options }.
invalid-regex = Non ha la forma che mi aspettavo. Riprovi, per favore.
invalid-file = Invii un file, per favore.
invalid-file-type = Non posso accettare un file di questo tipo. Ne invii uno di questi: { $types }.
invalid-file-large = Il file è troppo grande. Può avere al massimo { $max }.
invalid-yes-no = Risponda sì o no, per favore.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5

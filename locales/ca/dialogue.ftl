# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Disculpeu, no ho he entès. Ho podeu dir amb altres paraules?
misunderstood-twice = Encara no ho entenc. Torneu-ho a provar amb poques paraules senzilles o demaneu parlar amb una persona.
misunderstood-twice-no-person = Encara no ho entenc. Torneu-ho a provar amb poques paraules senzilles, si us plau.
words-wanted = Gràcies, ho he rebut. Però només puc llegir text: de què es tracta?
cancelled = D'acord, ho he cancel·lat. En què més us puc ajudar?
nothing-to-cancel = D'acord. En què us puc ajudar?
switched = D'acord.
denied = D'acord, doncs no.
corrected = D'acord, ho he canviat.
started-over = Tornem a començar. En què us puc ajudar?
nothing-to-repeat = Encara no he dit res. En què us puc ajudar?
language-changed = A partir d'ara, en català.
language-name = Català
languages-spoken = Només puc respondre en aquests idiomes: { $languages }.

cancel-words = cancel·la | cancel·lar | cancella | cancela | cancel·la-ho | cancel·leu | anul·la | anul·lar | atura | para | prou | stop | deixa-ho | deixa-ho estar | deixeu-ho estar | oblida-ho | oblideu-ho | tant és | és igual | no importa | ja no cal
start-over-words = torna a començar | tornar a començar | tornem a començar | tornem-hi | comença de nou | començar de nou | des del principi | des de zero | de zero | reinicia | reiniciar | torna a l'inici
repeat-words = repeteix | repetir | repeteix-ho | repeteix si us plau | repetiu | repetiu si us plau | ho pots repetir | ho podeu repetir | una altra vegada | un altre cop | com | com dius | què has dit | què heu dit | perdó | digues-ho una altra vegada
person-words = persona | una persona | persona real | una persona real | humà | un humà | agent | un agent | assessor | un assessor | operador | un operador | operadora | algú | algú real | atenció al client | parlar amb una persona | parlar amb algú | parlar amb un humà | parlar amb un agent | vull una persona | vull un agent | vull parlar amb una persona | vull parlar amb algú | vull parlar amb un humà | vull parlar amb un agent | vull parlar amb un operador | voldria parlar amb una persona | voldria parlar amb algú | m'agradaria parlar amb una persona | m'agradaria parlar amb algú | necessito parlar amb una persona | necessito parlar amb algú | puc parlar amb una persona | puc parlar amb algú | puc parlar amb un agent | passeu-me amb una persona | passa'm amb una persona | poseu-me amb un agent
correct-words = no | en realitat | de fet | volia dir | vull dir | perdó volia dir | correcció | espera | espereu | això no | més aviat | millor dit | m'he equivocat
yes-words = sí | si | s | sip | és clar | es clar | clar | clar que sí | d'acord | ok | val | vale | correcte | exacte | això mateix | cert | és cert | sí si us plau | i tant | per descomptat | segur | endavant | 👍
no-words = no | n | no gràcies | no gracies | no pas | no gaire | mai | incorrecte | fals | gens | en absolut | de cap manera | és clar que no | millor que no | 👎
polite-words = si us plau | sisplau | doncs | ara | bé | en realitat | oh | ah | ho sento
thanks-words = gràcies | gracies | moltes gràcies | moltes gracies
language-words = català | catalan | en català | en català si us plau | català si us plau | parleu català | podem parlar en català
greeting-words = hola | bon dia | bona tarda | bones | bona nit | ei | adeu | adéu | a reveure | fins aviat
unknown-words = no ho sé | no sé | no el tinc | no la tinc | no en tinc | no ho tinc | no el trobo | no la trobo | ni idea | he perdut | no recordo

## Trouble

apology = Ho sentim, hi ha hagut un problema per part nostra.
busy = Un moment, si us plau. Encara ho estic consultant.
busy-full = Encara ho estic consultant i fins llavors no puc atendre res més. Torneu-ho a dir d'aquí a un moment, si us plau.
handing-over = Us passo amb una persona. Algú us atendrà tan aviat com sigui possible.
handoff-withdrawn = D'acord, no cal que vingui ningú. Torno a ser aquí per ajudar-vos.
nobody-came = Ho sento, no hi havia ningú disponible. Torno a ser aquí per ajudar-vos.

## Documents

source = Font: { $source }

## Buttons

button-choose = Tria
button-more = Més
button-answer = Respon

## Questions of rate

rate-question = Quin és el vostre grau de satisfacció, d'1 (gens) a 5 (molt)?
rate-invalid = Responeu amb un número de l'1 al 5, si us plau.
rate-thanks = Moltes gràcies per la vostra opinió!

## Answers that do not fit

way-out = Si no podeu respondre, també podeu escriure: { $words }.
invalid-text = Responeu amb paraules, si us plau.
invalid-text-short =
    { $min ->
        [one] Escriviu com a mínim { $min } caràcter, si us plau.
        [many] Escriviu com a mínim { $min } de caràcters, si us plau.
        *[other] Escriviu com a mínim { $min } caràcters, si us plau.
    }
invalid-text-long =
    { $max ->
        [one] Escriviu com a màxim { $max } caràcter, si us plau.
        [many] Escriviu com a màxim { $max } de caràcters, si us plau.
        *[other] Escriviu com a màxim { $max } caràcters, si us plau.
    }
invalid-number = Responeu amb un número, per exemple 3.
invalid-number-several = Un sol número, si us plau.
invalid-number-small = El número ha de ser com a mínim { $min }.
invalid-number-large = El número ha de ser com a màxim { $max }.
invalid-number-whole = Responeu amb un número enter, si us plau.
invalid-email = No sembla una adreça electrònica. Hauria de ser com nom@exemple.cat.
invalid-phone = No sembla un número de telèfon. Hauria de ser com +34 931 234 567.
invalid-date = Responeu amb una data, per exemple 24/12/2026.
invalid-date-none = Aquest dia no existeix al calendari.
invalid-date-early = La data no pot ser anterior al { $min }.
invalid-date-late = La data no pot ser posterior al { $max }.
invalid-time = Responeu amb una hora, per exemple 19:30.
invalid-time-early = L'hora no pot ser anterior a les { $min }.
invalid-time-late = L'hora no pot ser posterior a les { $max }.
invalid-choice = Trieu una d'aquestes opcions: { $options }.
invalid-regex = No té el format esperat. Torneu-ho a provar, si us plau.
invalid-file = Envieu un fitxer, si us plau.
invalid-file-type = No puc acceptar un fitxer d'aquest tipus. Envieu-ne un d'aquests: { $types }.
invalid-file-large = El fitxer és massa gran. Pot tenir com a màxim { $max }.
invalid-yes-no = Responeu sí o no, si us plau.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5

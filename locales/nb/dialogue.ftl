# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Beklager, det forsto jeg ikke. Kan du si det med andre ord?
misunderstood-twice = Jeg forstår det fortsatt ikke. Prøv igjen med noen få enkle ord, eller be om å få snakke med et menneske.
misunderstood-twice-no-person = Jeg forstår det fortsatt ikke. Prøv igjen med noen få enkle ord.
words-wanted = Takk, det har jeg mottatt. Jeg kan bare lese tekst, så hva gjelder det?
cancelled = Greit, jeg har avbrutt det. Hva mer kan jeg hjelpe deg med?
nothing-to-cancel = Greit. Hva kan jeg hjelpe deg med?
switched = Greit.
denied = Greit, da lar vi det være.
corrected = Greit, jeg har endret det.
started-over = La oss begynne på nytt. Hva kan jeg hjelpe deg med?
nothing-to-repeat = Jeg har ikke sagt noe ennå. Hva kan jeg hjelpe deg med?
language-changed = Fra nå av på norsk.
language-name = Norsk
languages-spoken = Jeg kan bare svare på disse språkene: { $languages }.

cancel-words = avbryt | avbryt det | kanseller | avlys | stopp | stopp det | stans | glem det | ikke nå lenger | samme det | det samme kan det være | spiller ingen rolle | det spiller ingen rolle | angre | slutt | drit i det | dropp det
start-over-words = start på nytt | begynn på nytt | fra begynnelsen | fra starten | forfra | begynn forfra | start om igjen | om igjen fra starten | omstart | tilbake til start | nullstill
repeat-words = gjenta | gjenta det | gjenta takk | kan du gjenta | kan du gjenta det | si det igjen | si det en gang til | igjen | en gang til | en gang til takk | hva sa du | hæ | hva | unnskyld hva sa du
person-words = menneske | et menneske | person | en person | ekte person | en ekte person | ekte menneske | et ekte menneske | medarbeider | en medarbeider | kundeservice | kundebehandler | en kundebehandler | saksbehandler | noen | snakke med et menneske | snakke med en person | snakke med noen | snakke med kundeservice | jeg vil snakke med et menneske | jeg vil snakke med en person | jeg vil snakke med noen | jeg vil snakke med kundeservice | jeg vil gjerne snakke med noen | jeg vil gjerne snakke med et menneske | jeg ønsker å snakke med noen | jeg ønsker å snakke med et menneske | jeg vil ha et menneske | kan jeg snakke med et menneske | kan jeg snakke med en person | kan jeg snakke med noen | kan jeg få snakke med noen | kan jeg få snakke med et menneske | får jeg snakke med et menneske | jeg trenger å snakke med noen | sett meg over | sett meg over til kundeservice
correct-words = nei | egentlig | jeg mente | jeg mener | unnskyld jeg mente | rettelse | vent | ikke det | snarere | feil av meg
yes-words = ja | j | jepp | jo | joda | ja takk | gjerne | ja gjerne | ok | okei | okay | selvfølgelig | selvsagt | klart | greit | nettopp | akkurat | riktig | det stemmer | stemmer | absolutt | sikkert | 👍
no-words = nei | n | nei takk | nope | niks | ikke egentlig | ikke i det hele tatt | aldri | feil | galt | det stemmer ikke | absolutt ikke | helst ikke | overhodet ikke | 👎
polite-words = vær så snill | vennligst | bare | egentlig | nå | da | altså | åh | øh | unnskyld | beklager
thanks-words = takk | tusen takk | mange takk | takk skal du ha
language-words = norsk | norwegian | på norsk | på norsk takk | norsk takk | snakker du norsk | snakker dere norsk | kan vi snakke norsk
greeting-words = hei | hallo | god dag | heisann | hei hei | god morgen | god kveld | morn | ha det | ha det bra | farvel | vi sees
unknown-words = vet ikke | vet det ikke | har det ikke | har ikke | finner ikke | finner det ikke | aner ikke | ingen anelse | mistet | har glemt | husker ikke

## Trouble

apology = Beklager, noe gikk galt hos oss.
busy = Et øyeblikk. Jeg holder fortsatt på å sjekke.
busy-full = Jeg holder fortsatt på å sjekke og kan ikke ta imot mer i mellomtiden. Si det igjen om et øyeblikk.
handing-over = Jeg setter deg over til et menneske. Noen hjelper deg så snart som mulig.
handoff-withdrawn = Greit, ingen trenger å komme. Jeg er her for deg igjen.
nobody-came = Beklager, ingen var ledige til å ta over. Jeg er her for deg igjen.

## Documents

source = Kilde: { $source }

## Buttons

button-choose = Velg
button-more = Flere
button-answer = Svar

## Questions of rate

rate-question = Hvor fornøyd er du, fra 1 (ikke i det hele tatt) til 5 (svært)?
rate-invalid = Svar med et tall fra 1 til 5.
rate-thanks = Takk for tilbakemeldingen!

## Answers that do not fit

way-out = Hvis du ikke kan svare, kan du også skrive: { $words }.
invalid-text = Svar med ord.
invalid-text-short = Skriv minst { $min } tegn.
invalid-text-long = Skriv høyst { $max } tegn.
invalid-number = Svar med et tall, for eksempel 3.
invalid-number-several = Bare ett tall, takk.
invalid-number-small = Tallet må være minst { $min }.
invalid-number-large = Tallet kan være høyst { $max }.
invalid-number-whole = Svar med et helt tall.
invalid-email = Det ligner ikke på en e-postadresse. Den skal se ut som navn@eksempel.no.
invalid-phone = Det ligner ikke på et telefonnummer. Det skal se ut som +47 22 12 34 56.
invalid-date = Svar med en dato, for eksempel 24.12.2026.
invalid-date-none = Den dagen finnes ikke i kalenderen.
invalid-date-early = Datoen kan ikke være før { $min }.
invalid-date-late = Datoen kan ikke være etter { $max }.
invalid-time = Svar med et klokkeslett, for eksempel 19:30.
invalid-time-early = Klokkeslettet kan ikke være før { $min }.
invalid-time-late = Klokkeslettet kan ikke være etter { $max }.
invalid-choice = Velg ett av disse: { $options }.
invalid-regex = Det har ikke den formen jeg ventet. Prøv igjen.
invalid-file = Send en fil.
invalid-file-type = Jeg kan ikke ta imot en fil av denne typen. Send en av disse: { $types }.
invalid-file-large = Filen er for stor. Den kan være på høyst { $max }.
invalid-yes-no = Svar med ja eller nei.

## Formats

date-format = %d.%m.%Y
number-format = 1 234,5

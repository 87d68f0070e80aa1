# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Beklager, det forstod jeg ikke. Kan du sige det med andre ord?
misunderstood-twice = Jeg forstår det stadig ikke. Prøv igen med nogle få enkle ord, eller bed om at tale med en person.
misunderstood-twice-no-person = Jeg forstår det stadig ikke. Prøv igen med nogle få enkle ord.
words-wanted = Tak, det har jeg modtaget. Jeg kan dog kun læse tekst: hvad drejer det sig om?
cancelled = Okay, det er annulleret. Hvad kan jeg ellers hjælpe dig med?
nothing-to-cancel = Okay. Hvad kan jeg hjælpe dig med?
switched = Okay.
denied = Okay, så lader vi det være.
corrected = Okay, det er rettet.
started-over = Lad os begynde forfra. Hvordan kan jeg hjælpe dig?
nothing-to-repeat = Jeg har ikke sagt noget endnu. Hvordan kan jeg hjælpe dig?
language-changed = Fra nu af på dansk.
language-name = Dansk
languages-spoken = Jeg kan kun svare på disse sprog: { $languages }.

cancel-words = annuller | annuller det | annullere | afbryd | afbryd det | fortryd | stop | stop det | hold op | glem det | lige meget | det er lige meget | pyt | skidt med det | drop det | ikke alligevel
start-over-words = forfra | begynd forfra | start forfra | vi begynder forfra | fra begyndelsen | fra starten | genstart | start på ny | tilbage til start | nulstil
repeat-words = gentag | gentag det | gentag venligst | kan du gentage | kan du gentage det | sig det igen | igen | en gang til | en gang til tak | hvad sagde du | hvabehar | hvad siger du | undskyld hvad sagde du
person-words = menneske | et menneske | person | en person | rigtig person | en rigtig person | rigtigt menneske | et rigtigt menneske | medarbejder | en medarbejder | kundeservice | agent | nogen | tale med et menneske | tale med en person | tale med nogen | tale med en medarbejder | snakke med et menneske | snakke med nogen | jeg vil tale med et menneske | jeg vil tale med en person | jeg vil tale med nogen | jeg vil tale med en medarbejder | jeg vil gerne tale med et menneske | jeg vil gerne tale med en person | jeg vil gerne tale med nogen | jeg vil gerne tale med en medarbejder | jeg vil snakke med et menneske | jeg vil gerne snakke med nogen | må jeg tale med et menneske | kan jeg tale med et menneske | kan jeg tale med en person | kan jeg tale med nogen | kan jeg tale med en medarbejder | kan jeg komme til at tale med nogen | jeg har brug for at tale med nogen | stil mig om | stil mig om til en medarbejder
correct-words = nej | faktisk | jeg mente | jeg mener | undskyld jeg mente | rettelse | vent | ikke det | snarere | det var forkert
yes-words = ja | j | jep | jo | jada | ja tak | gerne | ja gerne | ok | okay | selvfølgelig | naturligvis | klart | nemlig | præcis | rigtigt | det er rigtigt | det passer | helt sikkert | bestemt | i orden | 👍
no-words = nej | n | næ | nej tak | niks | nope | ikke rigtig | slet ikke | aldrig | forkert | det passer ikke | absolut ikke | helst ikke | bestemt ikke | 👎
polite-words = venligst | vær så venlig | vær venlig | bare | faktisk | nu | så | altså | nå | åh | øh | undskyld
thanks-words = tak | mange tak | tusind tak | tak skal du have
language-words = dansk | danish | på dansk | på dansk tak | dansk tak | taler du dansk | taler i dansk | kan vi tale dansk
greeting-words = hej | hejsa | hallo | god dag | goddag | godmorgen | godaften | hej med dig | farvel | hej hej | vi ses | godnat
unknown-words = ved ikke | ved det ikke | har det ikke | har ikke | kan ikke finde | aner det ikke | ingen anelse | har mistet | har glemt | husker ikke

## Trouble

apology = Beklager, noget gik galt hos os.
busy = Et øjeblik. Jeg er stadig ved at undersøge det.
busy-full = Jeg er stadig ved at undersøge det og kan ikke tage imod mere imens. Sig det igen om et øjeblik.
handing-over = Jeg stiller dig om til en person. Der er nogen hos dig så hurtigt som muligt.
handoff-withdrawn = Okay, der behøver ikke komme nogen. Jeg er her for dig igen.
nobody-came = Beklager, der var ingen ledige til at tage over. Jeg er her for dig igen.

## Documents

source = Kilde: { $source }

## Buttons

button-choose = Vælg
button-more = Flere
button-answer = Svar

## Questions of rate

rate-question = Hvor tilfreds er du, fra 1 (slet ikke) til 5 (meget)?
rate-invalid = Svar med et tal fra 1 til 5.
rate-thanks = Tak for din tilbagemelding!

## Answers that do not fit

way-out = Hvis du ikke kan svare, kan du også skrive: { $words }.
invalid-text = Svar med ord.
invalid-text-short = Skriv mindst { $min } tegn.
invalid-text-long = Skriv højst { $max } tegn.
invalid-number = Svar med et tal, for eksempel 3.
invalid-number-several = Kun ét tal, tak.
invalid-number-small = Tallet skal være mindst { $min }.
invalid-number-large = Tallet må højst være { $max }.
invalid-number-whole = Svar med et helt tal.
invalid-email = Det ligner ikke en e-mailadresse. Den skal se ud som navn@eksempel.dk.
invalid-phone = Det ligner ikke et telefonnummer. Det skal se ud som +45 32 12 34 56.
invalid-date = Svar med en dato, for eksempel 24.12.2026.
invalid-date-none = Den dag findes ikke i kalenderen.
invalid-date-early = Datoen må ikke være før { $min }.
invalid-date-late = Datoen må ikke være efter { $max }.
invalid-time = Svar med et klokkeslæt, for eksempel 19:30.
invalid-time-early = Klokkeslættet må ikke være før { $min }.
invalid-time-late = Klokkeslættet må ikke være efter { $max }.
invalid-choice = Vælg en af disse: { $options }.
invalid-regex = Det har ikke den form, jeg forventede. Prøv igen.
invalid-file = Send en fil.
invalid-file-type = Jeg kan ikke tage imod en fil af denne type. Send en af disse: { $types }.
invalid-file-large = Filen er for stor. Den må højst være { $max }.
invalid-yes-no = Svar med ja eller nej.

## Formats

date-format = %d.%m.%Y
number-format = 1.234,5

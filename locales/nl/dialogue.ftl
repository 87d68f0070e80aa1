# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Sorry, dat heb ik niet begrepen. Kunt u het anders zeggen?
misunderstood-twice = Ik begrijp het nog steeds niet. Probeer het met een paar eenvoudige woorden, of vraag naar een medewerker.
misunderstood-twice-no-person = Ik begrijp het nog steeds niet. Probeer het met een paar eenvoudige woorden.
words-wanted = Dank u, dat heb ik ontvangen. Ik kan alleen tekst lezen: waar gaat het over?
cancelled = Goed, ik heb dat geannuleerd. Wat kan ik nog meer voor u doen?
nothing-to-cancel = Goed. Wat kan ik voor u doen?
switched = Goed.
denied = Goed, dan niet.
corrected = Goed, ik heb dat aangepast.
started-over = Laten we opnieuw beginnen. Hoe kan ik u helpen?
nothing-to-repeat = Ik heb nog niets gezegd. Hoe kan ik u helpen?
language-changed = Vanaf nu in het Nederlands.
language-name = Nederlands
languages-spoken = Ik kan alleen in deze talen antwoorden: { $languages }.

cancel-words = annuleren | annuleer | annuleer dat | annuleer maar | afbreken | breek af | stop | stop maar | stoppen | laat maar | laat maar zitten | vergeet het | vergeet het maar | hoeft niet meer | niet meer nodig | maakt niet uit | annuleer het | stop dat | stop ermee | laten we stoppen | laat u maar | breek dat af | ik heb me bedacht | ik ben van gedachten veranderd
start-over-words = opnieuw beginnen | begin opnieuw | opnieuw | van voren af aan | van vooraf aan | vanaf het begin | terug naar het begin | herstarten | herstart | opnieuw starten | reset | begin maar opnieuw | laten we opnieuw beginnen | begin van voren af aan | opnieuw vanaf het begin | ik wil opnieuw beginnen
repeat-words = herhalen | herhaal | herhaal dat | herhaal dat alsjeblieft | kunt u dat herhalen | kun je dat herhalen | nog een keer | nog eens | nog een keer graag | zeg dat nog eens | wat zei je | wat zei u | wat zeg je | pardon | wat | herhaal het | kunt u herhalen | kun je herhalen | kan je dat herhalen | zou u dat kunnen herhalen | zou je dat kunnen herhalen | kunt u dat nog eens zeggen | kun je dat nog eens zeggen | zegt u dat nog eens | wat zegt u
person-words = mens | een mens | persoon | een persoon | echt mens | een echt mens | echte persoon | een echte persoon | medewerker | een medewerker | medewerker graag | klantenservice | iemand | een echt iemand | met een mens praten | met een medewerker praten | met een medewerker spreken | met iemand praten | met iemand spreken | met een persoon praten | ik wil een mens | ik wil een medewerker | ik wil een mens spreken | ik wil met een mens praten | ik wil een medewerker spreken | ik wil met een medewerker praten | ik wil iemand spreken | ik wil met iemand praten | ik wil graag iemand spreken | ik wil graag een medewerker spreken | kan ik iemand spreken | kan ik een medewerker spreken | kan ik met iemand praten | kan ik met een mens praten | mag ik een medewerker spreken | mag ik iemand spreken | verbind me door | verbind me door met een medewerker
correct-words = nee | eigenlijk | ik bedoel | ik bedoelde | sorry ik bedoelde | correctie | wacht | niet dat | liever | toch niet | verander het naar | verander het in | wijzig het naar | maak er | toch liever | sorry | pardon
yes-words = ja | j | jep | jawel | ja hoor | ja graag | ja alsjeblieft | ja alstublieft | graag | prima | goed | ok | oké | oke | is goed | klopt | dat klopt | juist | precies | zeker | uiteraard | natuurlijk | doe maar | 👍
no-words = nee | n | nee hoor | nee bedankt | nee dank je | nee dank u | neen | nope | niet echt | liever niet | nooit | fout | klopt niet | absoluut niet | zeker niet | 👎
polite-words = alsjeblieft | alstublieft | aub | a.u.b. | maar | toch | gewoon | even | eigenlijk | nu | dan | oh | ach | nou | hm | sorry
thanks-words = bedankt | dank je | dank u | dankjewel | dankuwel | dank je wel | dank u wel | hartelijk dank | merci
language-words = nederlands | dutch | in het nederlands | in het nederlands graag | nederlands graag | nederlands alstublieft | spreekt u nederlands | spreek je nederlands | kan het in het nederlands
greeting-words = hallo | hoi | hi | hey | goedendag | goedemorgen | goedemiddag | goedenavond | dag | doei | tot ziens | dag dag | fijne dag | welterusten
unknown-words = weet niet | weet ik niet | geen idee | heb niet | heb geen | kan niet vinden | vind niet | niet gevonden | niet bij de hand | weet niet meer | herinner niet | kwijt | verloren | vergeten | niet zeker | nooit gekregen | nooit ontvangen

## Trouble

apology = Sorry, er is bij ons iets misgegaan.
busy = Een ogenblik, alstublieft. Ik ben het nog aan het opzoeken.
busy-full = Ik ben het nog aan het opzoeken en kan tot die tijd niets anders aannemen. Zeg het straks nog een keer, alstublieft.
handing-over = Ik verbind u door met een medewerker. Er komt zo snel mogelijk iemand bij u.
handoff-withdrawn = Goed, er hoeft niemand te komen. Ik ben er weer voor u.
nobody-came = Helaas was er niemand vrij om het over te nemen. Ik ben er weer voor u.

## Documents

source = Bron: { $source }

## Buttons

button-choose = Kiezen
button-more = Meer
button-answer = Antwoorden

## Questions of rate

rate-question = Hoe tevreden bent u, van 1 (helemaal niet) tot 5 (zeer)?
rate-invalid = Antwoord met een getal van 1 tot en met 5.
rate-thanks = Bedankt voor uw feedback!

## Answers that do not fit

way-out = Als u dat niet kunt beantwoorden, kunt u ook schrijven: { $words }.
invalid-text = Antwoord in woorden, alstublieft.
invalid-text-short =
    { $min ->
        [one] Schrijf ten minste { $min } teken.
        *[other] Schrijf ten minste { $min } tekens.
    }
invalid-text-long =
    { $max ->
        [one] Schrijf ten hoogste { $max } teken.
        *[other] Schrijf ten hoogste { $max } tekens.
    }
invalid-number = Antwoord met een getal, bijvoorbeeld 3.
invalid-number-several = Eén getal, alstublieft.
invalid-number-small = Het getal moet ten minste { $min } zijn.
invalid-number-large = Het getal mag ten hoogste { $max } zijn.
invalid-number-whole = Antwoord met een heel getal.
invalid-email = Dat lijkt geen e-mailadres. Het hoort eruit te zien als naam@voorbeeld.nl.
invalid-phone = Dat lijkt geen telefoonnummer. Het hoort eruit te zien als +31 20 123 4567.
invalid-date = Antwoord met een datum, bijvoorbeeld 24-12-2026.
invalid-date-none = Die dag bestaat niet in de kalender.
invalid-date-early = De datum mag niet vóór { $min } liggen.
invalid-date-late = De datum mag niet na { $max } liggen.
invalid-time = Antwoord met een tijd, bijvoorbeeld 19:30.
invalid-time-early = De tijd mag niet vóór { $min } liggen.
invalid-time-late = De tijd mag niet na { $max } liggen.
invalid-choice = Kies een van deze opties: { $options }.
invalid-regex = Dat heeft niet de verwachte vorm. Probeer het nog eens.
invalid-file = Stuur een bestand, alstublieft.
invalid-file-type = Een bestand van dit type kan ik niet aannemen. Stuur een van deze: { $types }.
invalid-file-large = Het bestand is te groot. Het mag ten hoogste { $max } zijn.
invalid-yes-no = Antwoord met ja of nee.

## Formats

date-format = %d-%m-%Y
number-format = 1.234,5

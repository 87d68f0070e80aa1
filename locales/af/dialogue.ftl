# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Jammer, ek het dit nie verstaan nie. Kan u dit in ander woorde sê?
misunderstood-twice = Ek verstaan nog steeds nie. Probeer asseblief weer met 'n paar eenvoudige woorde, of vra om met 'n mens te praat.
misunderstood-twice-no-person = Ek verstaan nog steeds nie. Probeer asseblief weer met 'n paar eenvoudige woorde.
words-wanted = Dankie, ek het dit ontvang. Ek kan egter net teks lees: waaroor gaan dit?
cancelled = Goed, ek het dit gekanselleer. Wat kan ek nog vir u doen?
nothing-to-cancel = Goed. Wat kan ek vir u doen?
switched = Goed.
denied = Goed, dan nie.
corrected = Goed, ek het dit verander.
started-over = Kom ons begin oor. Hoe kan ek help?
nothing-to-repeat = Ek het nog niks gesê nie. Hoe kan ek help?
language-changed = Van nou af in Afrikaans.
language-name = Afrikaans
languages-spoken = Ek kan net in hierdie tale antwoord: { $languages }.

cancel-words = kanselleer | kanselleer dit | kanselleer maar | stop | stop dit | staak | hou op | los dit | los dit maar | vergeet dit | vergeet daarvan | toemaar | toe maar | maak nie saak nie | dis nie meer nodig nie | cancel
start-over-words = begin oor | begin weer | begin van voor af | van voor af | kom ons begin oor | van die begin af | herbegin | begin nuut | terug na die begin | reset
repeat-words = herhaal | herhaal dit | herhaal asseblief | herhaal dit asseblief | kan jy dit herhaal | kan u dit herhaal | sê weer | sê dit weer | weer | nog 'n keer | wat het jy gesê | wat het u gesê | ekskuus | ekskuus wat
person-words = mens | 'n mens | persoon | 'n persoon | regte mens | 'n regte mens | regte persoon | 'n regte persoon | agent | 'n agent | konsultant | 'n konsultant | operateur | kliëntediens | iemand | praat met 'n mens | praat met iemand | praat met 'n persoon | praat met 'n agent | ek wil 'n mens hê | ek wil met 'n mens praat | ek wil met iemand praat | ek wil met 'n persoon praat | ek wil met 'n agent praat | ek wil met 'n konsultant praat | ek wil graag met iemand praat | ek wil graag met 'n mens praat | kan ek met 'n mens praat | kan ek met iemand praat | kan ek met 'n agent praat | kan ek met 'n persoon praat | mag ek met iemand praat | ek moet met iemand praat | ek het 'n mens nodig | skakel my deur | sit my deur na 'n agent
correct-words = nee | eintlik | ek bedoel | ek het bedoel | jammer ek het bedoel | regstelling | wag | nie dit nie | eerder | liewer | ek was verkeerd
yes-words = ja | j | jip | jaja | ja asseblief | ja dankie | graag | seker | natuurlik | beslis | ok | oukei | goed | reg | reg so | presies | korrek | dis reg | waar | in orde | 👍
no-words = nee | n | nee dankie | nie regtig nie | glad nie | nooit | verkeerd | vals | dis nie reg nie | liewer nie | beslis nie | hoegenaamd nie | nee wat | 👎
polite-words = asseblief | net | eintlik | nou | dan | o | ag | jammer
thanks-words = dankie | baie dankie
language-words = afrikaans | in afrikaans | afrikaans asseblief | in afrikaans asseblief | praat jy afrikaans | praat julle afrikaans | kan ons afrikaans praat
greeting-words = hallo | haai | hi | goeie dag | goeiedag | goeie môre | goeiemôre | dagsê | totsiens | baai | lekker dag
unknown-words = weet nie | het nie | kan nie kry nie | geen idee | verloor | vergeet

## Trouble

apology = Jammer, iets het aan ons kant skeefgeloop.
busy = Net 'n oomblik. Ek kyk nog.
busy-full = Ek kyk nog en kan tot dan niks meer inneem nie. Sê dit asseblief weer oor 'n oomblik.
handing-over = Ek gee u aan 'n mens oor. Iemand sal so gou moontlik by u wees.
handoff-withdrawn = Goed, niemand hoef te kom nie. Ek is weer hier vir u.
nobody-came = Jammer, niemand was beskikbaar om oor te neem nie. Ek is weer hier vir u.

## Documents

source = Bron: { $source }

## Buttons

button-choose = Kies
button-more = Meer
button-answer = Antwoord

## Questions of rate

rate-question = Hoe tevrede is u, van 1 (glad nie) tot 5 (baie)?
rate-invalid = Antwoord asseblief met 'n getal van 1 tot 5.
rate-thanks = Dankie vir u terugvoer!

## Answers that do not fit

way-out = As u dit nie kan beantwoord nie, kan u ook skryf: { $words }.
invalid-text = Antwoord asseblief in woorde.
invalid-text-short =
    { $min ->
        [one] Skryf asseblief ten minste { $min } karakter.
        *[other] Skryf asseblief ten minste { $min } karakters.
    }
invalid-text-long =
    { $max ->
        [one] Skryf asseblief hoogstens { $max } karakter.
        *[other] Skryf asseblief hoogstens { $max } karakters.
    }
invalid-number = Antwoord asseblief met 'n getal, byvoorbeeld 3.
invalid-number-several = Net een getal, asseblief.
invalid-number-small = Die getal moet ten minste { $min } wees.
invalid-number-large = Die getal mag hoogstens { $max } wees.
invalid-number-whole = Antwoord asseblief met 'n heelgetal.
invalid-email = Dit lyk nie soos 'n e-posadres nie. Dit behoort soos naam@voorbeeld.co.za te lyk.
invalid-phone = Dit lyk nie soos 'n telefoonnommer nie. Dit behoort soos +27 21 123 4567 te lyk.
invalid-date = Antwoord asseblief met 'n datum, byvoorbeeld 2026-12-24.
invalid-date-none = So 'n dag bestaan nie op die kalender nie.
invalid-date-early = Die datum mag nie voor { $min } wees nie.
invalid-date-late = Die datum mag nie ná { $max } wees nie.
invalid-time = Antwoord asseblief met 'n tyd, byvoorbeeld 19:30.
invalid-time-early = Die tyd mag nie voor { $min } wees nie.
invalid-time-late = Die tyd mag nie ná { $max } wees nie.
invalid-choice = Kies asseblief een hiervan: { $options }.
invalid-regex = Dit het nie die vorm wat ek verwag het nie. Probeer asseblief weer.
invalid-file = Stuur asseblief 'n lêer.
invalid-file-type = Ek kan nie 'n lêer van hierdie soort aanvaar nie. Stuur asseblief een van: { $types }.
invalid-file-large = Die lêer is te groot. Dit mag hoogstens { $max } wees.
invalid-yes-no = Antwoord asseblief met ja of nee.

## Formats

date-format = %Y-%m-%d
number-format = 1 234,5

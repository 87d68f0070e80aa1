# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Atsiprašau, nesupratau. Ar galite pasakyti kitais žodžiais?
misunderstood-twice = Vis dar nesuprantu. Pabandykite dar kartą keliais paprastais žodžiais arba paprašykite pokalbio su žmogumi.
misunderstood-twice-no-person = Vis dar nesuprantu. Pabandykite dar kartą keliais paprastais žodžiais.
words-wanted = Ačiū, tai gavau. Tačiau galiu skaityti tik tekstą: apie ką kalbama?
cancelled = Gerai, atšaukiau. Kuo dar galiu padėti?
nothing-to-cancel = Gerai. Kuo galiu padėti?
switched = Gerai.
denied = Gerai, tada ne.
corrected = Gerai, pakeičiau.
started-over = Pradėkime iš naujo. Kuo galiu padėti?
nothing-to-repeat = Dar nieko nesakiau. Kuo galiu padėti?
language-changed = Nuo šiol lietuviškai.
language-name = Lietuvių
languages-spoken = Galiu atsakyti tik šiomis kalbomis: { $languages }.

cancel-words = atšaukti | atsaukti | atšauk | atšaukite | atšauk tai | nutraukti | nutrauk | nutraukite | stop | stabdyk | liaukis | pamiršk | pamirškite | pamiršk tai | nesvarbu | tiek to | nereikia | nebereikia | palik | atsisakau
start-over-words = iš naujo | is naujo | pradėti iš naujo | pradėk iš naujo | pradėkime iš naujo | nuo pradžių | nuo pradziu | iš pradžių | pradėti nuo pradžių | perkrauti | grįžti į pradžią | atstatyti
repeat-words = pakartoti | pakartok | pakartokite | pakartok prašau | pakartokite prašau | ar galite pakartoti | ar gali pakartoti | dar kartą | dar karta | dar kartą prašau | pasakyk dar kartą | ką sakei | ką sakėte | atsiprašau ką sakėte | ką
person-words = žmogus | zmogus | žmogų | su žmogumi | tikras žmogus | su tikru žmogumi | gyvas žmogus | asmuo | operatorius | operatorių | su operatoriumi | darbuotojas | darbuotoją | su darbuotoju | konsultantas | konsultantą | su konsultantu | klientų aptarnavimas | kas nors | kalbėti su žmogumi | kalbėtis su žmogumi | pakalbėti su žmogumi | pakalbėti su kuo nors | noriu žmogaus | noriu kalbėti su žmogumi | noriu kalbeti su zmogumi | noriu pakalbėti su žmogumi | noriu pakalbėti su kuo nors | noriu kalbėti su operatoriumi | noriu pakalbėti su konsultantu | norėčiau pakalbėti su žmogumi | norėčiau kalbėti su žmogumi | norėčiau pakalbėti su konsultantu | ar galiu pakalbėti su žmogumi | ar galiu kalbėti su žmogumi | ar galiu pakalbėti su kuo nors | ar galiu pakalbėti su operatoriumi | man reikia operatoriaus | man reikia žmogaus | sujunkite su operatoriumi | sujunkite mane su žmogumi
correct-words = ne | iš tikrųjų | tiesą sakant | turėjau omenyje | norėjau pasakyti | atsiprašau turėjau omenyje | pataisymas | pataisau | palauk | palaukite | ne tai | veikiau | suklydau
yes-words = taip | t | taip taip | taip prašau | aha | žinoma | zinoma | be abejo | gerai | ok | okei | teisingai | būtent | tikrai taip | tiesa | sutinku | tinka | mielai | aišku | jo | 👍
no-words = ne | n | ne ačiū | ne aciu | ne visai | niekada | neteisingai | klaidinga | netiesa | visai ne | tikrai ne | geriau ne | jokiu būdu | nesutinku | nenoriu | 👎
polite-words = prašau | prasau | tiesiog | iš tikrųjų | dabar | tada | na | o | atsiprašau
thanks-words = ačiū | aciu | dėkui | dėkoju | labai ačiū
language-words = lietuvių | lithuanian | lietuviškai | lietuvių kalba | lietuviškai prašau | prašau lietuviškai | ar kalbate lietuviškai
greeting-words = labas | sveiki | laba diena | labas rytas | labas vakaras | sveikas | sveika | viso gero | iki | iki pasimatymo | sudie
unknown-words = nežinau | neturiu | nerandu | negaliu rasti | neįsivaizduoju | pamečiau | pamiršau | neprisimenu

## Trouble

apology = Atsiprašome, pas mus kažkas nepavyko.
busy = Minutėlę. Vis dar ieškau.
busy-full = Vis dar ieškau ir kol kas nieko daugiau negaliu priimti. Pasakykite tai dar kartą po akimirkos.
handing-over = Perduodu jus žmogui. Kas nors jums atsakys kuo greičiau.
handoff-withdrawn = Gerai, niekam nereikia ateiti. Vėl esu jūsų paslaugoms.
nobody-came = Deja, niekas negalėjo perimti pokalbio. Vėl esu jūsų paslaugoms.

## Documents

source = Šaltinis: { $source }

## Buttons

button-choose = Pasirinkti
button-more = Daugiau
button-answer = Atsakyti

## Questions of rate

rate-question = Kiek esate patenkinti, nuo 1 (visai ne) iki 5 (labai)?
rate-invalid = Atsakykite skaičiumi nuo 1 iki 5.
rate-thanks = Dėkojame už atsiliepimą!

## Answers that do not fit

way-out = Jei negalite į tai atsakyti, galite parašyti ir: { $words }.
invalid-text = Atsakykite žodžiais.
invalid-text-short =
    { $min ->
        [one] Parašykite bent { $min } ženklą.
        [few] Parašykite bent { $min } ženklus.
        [many] Parašykite bent { $min } ženklo.
        *[other] Parašykite bent { $min } ženklų.
    }
invalid-text-long =
    { $max ->
        [one] Parašykite ne daugiau kaip { $max } ženklą.
        [few] Parašykite ne daugiau kaip { $max } ženklus.
        [many] Parašykite ne daugiau kaip { $max } ženklo.
        *[other] Parašykite ne daugiau kaip { $max } ženklų.
    }
invalid-number = Atsakykite skaičiumi, pavyzdžiui, 3.
invalid-number-several = Tik vieną skaičių, prašau.
invalid-number-small = Skaičius turi būti ne mažesnis kaip { $min }.
invalid-number-large = Skaičius turi būti ne didesnis kaip { $max }.
invalid-number-whole = Atsakykite sveikuoju skaičiumi.
invalid-email = Tai nepanašu į el. pašto adresą. Jis turėtų atrodyti taip: vardas@pavyzdys.lt.
invalid-phone = Tai nepanašu į telefono numerį. Jis turėtų atrodyti taip: +370 5 212 3456.
invalid-date = Atsakykite data, pavyzdžiui, 2026-12-24.
invalid-date-none = Tokios dienos kalendoriuje nėra.
invalid-date-early = Data negali būti ankstesnė nei { $min }.
invalid-date-late = Data negali būti vėlesnė nei { $max }.
invalid-time = Nurodykite laiką, pavyzdžiui, 19:30.
invalid-time-early = Laikas negali būti ankstesnis nei { $min }.
invalid-time-late = Laikas negali būti vėlesnis nei { $max }.
invalid-choice = Pasirinkite vieną iš šių: { $options }.
invalid-regex = Tai ne tokio pavidalo, kokio tikėjausi. Pabandykite dar kartą.
invalid-file = Atsiųskite failą.
invalid-file-type = Tokio tipo failo negaliu priimti. Atsiųskite vieną iš šių: { $types }.
invalid-file-large = Failas per didelis. Jis gali būti ne didesnis kaip { $max }.
invalid-yes-no = Atsakykite taip arba ne.

## Formats

date-format = %Y-%m-%d
number-format = 1 234,5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Vabandust, ma ei saanud aru. Kas saaksite seda teisiti öelda?
misunderstood-twice = Ma ei saa ikka veel aru. Proovige uuesti mõne lihtsa sõnaga või paluge rääkida inimesega.
misunderstood-twice-no-person = Ma ei saa ikka veel aru. Palun proovige uuesti mõne lihtsa sõnaga.
words-wanted = Aitäh, sain selle kätte. Oskan aga lugeda ainult teksti: millest on jutt?
cancelled = Hästi, katkestasin selle. Kuidas saan veel aidata?
nothing-to-cancel = Hästi. Kuidas saan aidata?
switched = Hästi.
denied = Hästi, siis mitte.
corrected = Hästi, muutsin selle ära.
started-over = Alustame algusest. Kuidas saan aidata?
nothing-to-repeat = Ma ei ole veel midagi öelnud. Kuidas saan aidata?
language-changed = Nüüdsest eesti keeles.
language-name = Eesti
languages-spoken = Oskan vastata ainult nendes keeltes: { $languages }.

cancel-words = tühista | tuhista | tühista see | katkesta | katkesta see | loobu | loobun | lõpeta | lopeta | stopp | stop | jäta | jäta see | unusta | unusta ära | pole tähtis | vahet pole | ei ole vaja | pole vaja
start-over-words = algusest | alusta algusest | alustame algusest | alusta uuesti | alustame uuesti | uuesti algusest | otsast peale | otsast | taaskäivita | tagasi algusesse | lähtesta
repeat-words = korda | korda palun | kordake | kordake palun | kas saad korrata | kas saate korrata | palun korrake | veel kord | veelkord | veel üks kord | uuesti | ütle uuesti | öelge uuesti | mida sa ütlesid | mida te ütlesite | kuidas palun | mis
person-words = inimene | inimest | inimesega | päris inimene | päris inimesega | elus inimene | isik | klienditeenindaja | klienditeenindajat | klienditeenindajaga | klienditeenindus | teenindaja | teenindajaga | töötaja | operaator | keegi | rääkida inimesega | rääkida kellegagi | rääkida klienditeenindajaga | tahan inimest | tahan rääkida inimesega | tahan rääkida kellegagi | tahan rääkida klienditeenindajaga | soovin rääkida inimesega | soovin rääkida klienditeenindajaga | sooviksin rääkida inimesega | sooviksin rääkida kellegagi | sooviksin rääkida klienditeenindajaga | kas saan rääkida inimesega | kas ma saan rääkida inimesega | kas ma saan rääkida kellegagi | kas saaksin rääkida inimesega | kas saaksin rääkida klienditeenindajaga | vajan inimest | mul on vaja rääkida inimesega | suunake mind inimesele | ühendage mind klienditeenindajaga
correct-words = ei | tegelikult | mõtlesin | ma mõtlesin | tahtsin öelda | vabandust mõtlesin | parandus | oota | oodake | mitte see | pigem | eksisin
yes-words = jah | j | jaa | ja | jep | okei | ok | hästi | olgu | muidugi | loomulikult | kindlasti | täpselt | õige | just | tõsi | jah palun | hea meelega | nõus | sobib | selge | 👍
no-words = ei | e | ei aitäh | ei tänan | mitte päris | mitte eriti | mitte kunagi | iialgi | vale | üldse mitte | kindlasti mitte | pigem mitte | mingil juhul | ei soovi | ei taha | 👎
polite-words = palun | lihtsalt | tegelikult | nüüd | siis | noh | oh | vabandust
thanks-words = aitäh | tänan | suur tänu | tänan väga
language-words = eesti keel | estonian | eesti | eesti keeles | eesti keeles palun | palun eesti keeles | kas räägite eesti keelt
greeting-words = tere | tsau | tere päevast | tere hommikust | tere õhtust | hei | head aega | nägemist | tsau tsau
unknown-words = ei tea | mul ei ole | mul pole | ei leia | pole aimugi | kaotasin | unustasin | ei mäleta

## Trouble

apology = Vabandust, meie poolel läks midagi valesti.
busy = Üks hetk, palun. Ma alles uurin seda.
busy-full = Ma alles uurin seda ega saa seni midagi muud vastu võtta. Palun öelge seda hetke pärast uuesti.
handing-over = Suunan teid edasi inimesele. Keegi vastab teile esimesel võimalusel.
handoff-withdrawn = Hästi, keegi ei pea tulema. Olen jälle teie jaoks olemas.
nobody-came = Kahjuks ei olnud kedagi vaba. Olen jälle teie jaoks olemas.

## Documents

source = Allikas: { $source }

## Buttons

button-choose = Vali
button-more = Veel
button-answer = Vasta

## Questions of rate

rate-question = Kui rahul te olete, 1 (üldse mitte) kuni 5 (väga)?
rate-invalid = Palun vastake arvuga 1 kuni 5.
rate-thanks = Täname tagasiside eest!

## Answers that do not fit

way-out = Kui te ei saa sellele vastata, võite kirjutada ka: { $words }.
invalid-text = Palun vastake sõnadega.
invalid-text-short =
    { $min ->
        [one] Palun kirjutage vähemalt { $min } märk.
        *[other] Palun kirjutage vähemalt { $min } märki.
    }
invalid-text-long =
    { $max ->
        [one] Palun kirjutage kõige rohkem { $max } märk.
        *[other] Palun kirjutage kõige rohkem { $max } märki.
    }
invalid-number = Palun vastake arvuga, näiteks 3.
invalid-number-several = Palun ainult üks arv.
invalid-number-small = Arv peab olema vähemalt { $min }.
invalid-number-large = Arv võib olla kõige rohkem { $max }.
invalid-number-whole = Palun vastake täisarvuga.
invalid-email = See ei näe välja nagu e-posti aadress. See peaks olema kujul nimi@naidis.ee.
invalid-phone = See ei näe välja nagu telefoninumber. See peaks olema kujul +372 612 3456.
invalid-date = Palun vastake kuupäevaga, näiteks 24.12.2026.
invalid-date-none = Sellist päeva kalendris ei ole.
invalid-date-early = Kuupäev ei tohi olla varasem kui { $min }.
invalid-date-late = Kuupäev ei tohi olla hilisem kui { $max }.
invalid-time = Palun vastake kellaajaga, näiteks 19:30.
invalid-time-early = Kellaaeg ei tohi olla varasem kui { $min }.
invalid-time-late = Kellaaeg ei tohi olla hilisem kui { $max }.
invalid-choice = Palun valige üks neist: { $options }.
invalid-regex = See ei ole oodatud kujul. Palun proovige uuesti.
invalid-file = Palun saatke fail.
invalid-file-type = Seda tüüpi faili ma vastu võtta ei saa. Palun saatke üks neist: { $types }.
invalid-file-large = Fail on liiga suur. See võib olla kõige rohkem { $max }.
invalid-yes-no = Palun vastake jah või ei.

## Formats

date-format = %d.%m.%Y
number-format = 1 234,5

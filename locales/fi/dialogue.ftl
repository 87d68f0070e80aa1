# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Anteeksi, en ymmärtänyt. Voitko sanoa sen toisin?
misunderstood-twice = En vieläkään ymmärrä. Yritä uudelleen muutamalla yksinkertaisella sanalla tai pyydä päästä puhumaan ihmisen kanssa.
misunderstood-twice-no-person = En vieläkään ymmärrä. Yritä uudelleen muutamalla yksinkertaisella sanalla.
words-wanted = Kiitos, sain sen. Osaan kuitenkin lukea vain tekstiä: mistä on kyse?
cancelled = Selvä, peruin sen. Miten muuten voin auttaa?
nothing-to-cancel = Selvä. Miten voin auttaa?
switched = Selvä.
denied = Selvä, ei sitten.
corrected = Selvä, muutin sen.
started-over = Aloitetaan alusta. Miten voin auttaa?
nothing-to-repeat = En ole vielä sanonut mitään. Miten voin auttaa?
language-changed = Tästä eteenpäin suomeksi.
language-name = Suomi
languages-spoken = Osaan vastata vain näillä kielillä: { $languages }.

cancel-words = peruuta | peru | peruuta se | peru se | keskeytä | lopeta | stop | seis | seis nyt | unohda | unohda se | antaa olla | anna olla | ei väliä | sama se | ei tarvitse | ei tarvi
start-over-words = alusta | aloita alusta | aloitetaan alusta | aloita uudestaan | aloita uudelleen | uudestaan alusta | takaisin alkuun | alkuun | käynnistä uudelleen | nollaa
repeat-words = toista | toista se | toistatko | voitko toistaa | voisitko toistaa | uudestaan | uudelleen | vielä kerran | sano uudestaan | sano se uudelleen | mitä sanoit | anteeksi mitä | mitä | häh
person-words = ihminen | ihmistä | oikea ihminen | oikea henkilö | henkilö | elävä ihminen | asiakaspalvelija | asiakaspalvelija kiitos | asiakaspalvelu | asiakaspalveluun | virkailija | työntekijä | joku | ihmisen kanssa | puhua ihmisen kanssa | puhua ihmiselle | puhua jonkun kanssa | puhua asiakaspalvelijan kanssa | haluan ihmisen | haluan puhua ihmisen kanssa | haluan puhua ihmiselle | haluan puhua jonkun kanssa | haluan puhua asiakaspalvelijan kanssa | haluan puhua asiakaspalvelijalle | haluaisin puhua ihmisen kanssa | haluaisin puhua jonkun kanssa | haluaisin puhua asiakaspalvelijan kanssa | voinko puhua ihmisen kanssa | voinko puhua jonkun kanssa | voinko puhua asiakaspalvelijan kanssa | saanko puhua ihmisen kanssa | saanko asiakaspalvelijan | tarvitsen ihmisen | tarvitsen asiakaspalvelijan | yhdistä ihmiselle | yhdistä asiakaspalvelijalle | yhdistä asiakaspalveluun
correct-words = ei | ei vaan | itse asiassa | oikeastaan | tarkoitin | tarkoitan | anteeksi tarkoitin | korjaus | odota | ei se | pikemminkin | siis
yes-words = kyllä | k | joo | juu | jep | jees | niin | ok | okei | selvä | totta kai | tottakai | tietysti | tietenkin | toki | kyllä kiitos | joo kiitos | mielellään | aivan | juuri niin | oikein | pitää paikkansa | ehdottomasti | sopii | 👍
no-words = ei | e | en | ei kiitos | ei todellakaan | en halua | ei oikeastaan | ei ikinä | ei koskaan | väärin | väärä | ei pidä paikkaansa | ei missään nimessä | mieluummin ei | 👎
polite-words = ole hyvä | olkaa hyvä | vain | oikeastaan | nyt | sitten | no | oi | hmm | anteeksi
thanks-words = kiitos | kiitti | paljon kiitoksia | kiitos paljon
language-words = suomi | finnish | suomeksi | suomeksi kiitos | suomea kiitos | voiko suomeksi | puhutteko suomea | puhutko suomea
greeting-words = hei | moi | terve | moikka | hyvää päivää | hyvää huomenta | hyvää iltaa | päivää | morjens | hei hei | näkemiin | moi moi | heippa | hyvää yötä
unknown-words = en tiedä | ei ole | minulla ei ole | mulla ei oo | en löydä | ei hajuakaan | hukkasin | kadotin | unohdin | en muista

## Trouble

apology = Anteeksi, meillä meni jotain vikaan.
busy = Hetki vielä. Selvitän asiaa yhä.
busy-full = Selvitän asiaa yhä, enkä voi sitä ennen ottaa vastaan muuta. Sano se uudelleen hetken kuluttua.
handing-over = Siirrän sinut ihmiselle. Joku auttaa sinua mahdollisimman pian.
handoff-withdrawn = Selvä, kenenkään ei tarvitse tulla. Olen taas käytettävissäsi.
nobody-came = Valitettavasti kukaan ei ehtinyt jatkaa keskustelua. Olen taas käytettävissäsi.

## Documents

source = Lähde: { $source }

## Buttons

button-choose = Valitse
button-more = Lisää
button-answer = Vastaa

## Questions of rate

rate-question = Kuinka tyytyväinen olet, 1 (en lainkaan) – 5 (erittäin)?
rate-invalid = Vastaa numerolla 1–5.
rate-thanks = Kiitos palautteestasi!

## Answers that do not fit

way-out = Jos et voi vastata, voit myös kirjoittaa: { $words }.
invalid-text = Vastaa sanoin.
invalid-text-short =
    { $min ->
        [one] Kirjoita vähintään { $min } merkki.
        *[other] Kirjoita vähintään { $min } merkkiä.
    }
invalid-text-long =
    { $max ->
        [one] Kirjoita enintään { $max } merkki.
        *[other] Kirjoita enintään { $max } merkkiä.
    }
invalid-number = Vastaa numerolla, esimerkiksi 3.
invalid-number-several = Vain yksi luku, kiitos.
invalid-number-small = Luvun on oltava vähintään { $min }.
invalid-number-large = Luku saa olla enintään { $max }.
invalid-number-whole = Vastaa kokonaisluvulla.
invalid-email = Tuo ei näytä sähköpostiosoitteelta. Sen pitäisi olla muotoa nimi@esimerkki.fi.
invalid-phone = Tuo ei näytä puhelinnumerolta. Sen pitäisi olla muotoa +358 9 123 4567.
invalid-date = Vastaa päivämäärällä, esimerkiksi 24.12.2026.
invalid-date-none = Sellaista päivää ei ole kalenterissa.
invalid-date-early = Päivämäärä ei saa olla ennen päivää { $min }.
invalid-date-late = Päivämäärä ei saa olla päivän { $max } jälkeen.
invalid-time = Vastaa kellonajalla, esimerkiksi 19:30.
invalid-time-early = Kellonaika ei saa olla ennen kello { $min }.
invalid-time-late = Kellonaika ei saa olla kello { $max } jälkeen.
invalid-choice = Valitse jokin näistä: { $options }.
invalid-regex = Tuo ei ole odottamassani muodossa. Yritä uudelleen.
invalid-file = Lähetä tiedosto.
invalid-file-type = En voi ottaa vastaan tällaista tiedostoa. Lähetä jokin näistä: { $types }.
invalid-file-large = Tiedosto on liian suuri. Sen koko saa olla enintään { $max }.
invalid-yes-no = Vastaa kyllä tai ei.

## Formats

date-format = %-d.%-m.%Y
number-format = 1 234,5

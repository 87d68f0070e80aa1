# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Izvinite, nisam razumeo. Možete li to da kažete drugim rečima?
misunderstood-twice = Još uvek ne razumem. Pokušajte ponovo sa nekoliko jednostavnih reči ili zatražite razgovor sa osobom.
misunderstood-twice-no-person = Još uvek ne razumem. Pokušajte ponovo sa nekoliko jednostavnih reči.
words-wanted = Hvala, to sam primio. Ali mogu da čitam samo tekst: o čemu se radi?
cancelled = U redu, to je otkazano. Kako još mogu da pomognem?
nothing-to-cancel = U redu. Kako mogu da pomognem?
switched = U redu.
denied = U redu, onda ne.
corrected = U redu, to je promenjeno.
started-over = Krenimo ispočetka. Kako mogu da pomognem?
nothing-to-repeat = Još ništa nisam rekao. Kako mogu da pomognem?
language-changed = Odsad na srpskom.
language-name = Srpski
languages-spoken = Mogu da odgovaram samo na ovim jezicima: { $languages }.

cancel-words = odustani | odustajem | otkaži | otkažite | prekini | prekinite | stani | stop | dosta | zaboravi | zaboravite | zaboravi to | nema veze | nije važno | nije bitno | pusti to | ne treba više | otkazi
start-over-words = ispočetka | kreni ispočetka | krenimo ispočetka | od početka | počni ispočetka | počnimo ispočetka | ponovo od početka | restart | nazad na početak | iz početka | ispocetka | od pocetka
repeat-words = ponovi | ponovite | ponovi molim te | ponovite molim vas | možete li da ponovite | možeš li da ponoviš | još jednom | ponovo | šta si rekao | šta ste rekli | molim | kaži opet | jos jednom
person-words = čovek | čoveka | sa čovekom | prava osoba | stvarna osoba | osoba | osobu | živa osoba | agent | agenta | operater | operatera | sa operaterom | zaposleni | korisnička služba | korisnička podrška | neko | razgovaram sa osobom | želim da razgovaram sa osobom | želim da razgovaram sa čovekom | želim da razgovaram sa operaterom | želim da razgovaram sa nekim | hoću čoveka | hoću da razgovaram sa nekim | hteo bih da razgovaram sa nekim | htela bih da razgovaram sa nekim | mogu li da razgovaram sa osobom | mogu li da razgovaram sa čovekom | mogu li da razgovaram sa operaterom | mogu li da razgovaram sa nekim | treba mi operater | treba mi čovek | povežite me sa operaterom | poveži me sa čovekom | covek | zelim da razgovaram sa covekom | zelim da razgovaram sa operaterom
correct-words = ne | zapravo | u stvari | mislio sam | mislila sam | hteo sam da kažem | htela sam da kažem | izvinite mislio sam | ispravka | čekaj | čekajte | ne to | radije | pogrešio sam | pogrešila sam
yes-words = da | d | da da | da molim | naravno | svakako | jasno | aha | ok | okej | u redu | može | važi | tačno | tako je | istina | ispravno | slažem se | sigurno | moze | vazi | tacno | 👍
no-words = ne | n | ne hvala | nene | ne baš | nikad | nikada | pogrešno | netačno | nije tačno | uopšte ne | radije ne | nipošto | ni slučajno | ne slažem se | 👎
polite-words = molim | molim vas | molim te | samo | zapravo | sada | sad | onda | pa | oh | ah | izvinite
thanks-words = hvala | hvala vam | hvala ti | hvala lepo
language-words = srpski | serbian | na srpskom | na srpskom molim | srpski molim | govorite li srpski | može na srpskom
greeting-words = zdravo | dobar dan | dobro jutro | dobro veče | pozdrav | ćao | cao | doviđenja | zbogom | prijatno | laku noć
unknown-words = ne znam | nemam | ne mogu da nađem | ne nalazim | pojma nemam | izgubio sam | izgubila sam | zaboravio sam | zaboravila sam | ne sećam

## Trouble

apology = Izvinite, sa naše strane nešto je pošlo po zlu.
busy = Trenutak, molim. Još proveravam.
busy-full = Još proveravam i do tada ne mogu da primim ništa više. Ponovite to za koji trenutak.
handing-over = Prosleđujem vas osobi iz našeg tima. Neko će vam se javiti što je pre moguće.
handoff-withdrawn = U redu, niko ne mora da dođe. Ponovo sam tu za vas.
nobody-came = Nažalost, niko nije mogao da preuzme razgovor. Ponovo sam tu za vas.

## Documents

source = Izvor: { $source }

## Buttons

button-choose = Izaberi
button-more = Još
button-answer = Odgovori

## Questions of rate

rate-question = Koliko ste zadovoljni, od 1 (nimalo) do 5 (veoma)?
rate-invalid = Odgovorite brojem od 1 do 5.
rate-thanks = Hvala na povratnoj informaciji!

## Answers that do not fit

way-out = Ako ne možete da odgovorite, možete napisati i: { $words }.
invalid-text = Odgovorite rečima, molim.
invalid-text-short =
    { $min ->
        [one] Napišite najmanje { $min } znak.
        [few] Napišite najmanje { $min } znaka.
        *[other] Napišite najmanje { $min } znakova.
    }
invalid-text-long =
    { $max ->
        [one] Napišite najviše { $max } znak.
        [few] Napišite najviše { $max } znaka.
        *[other] Napišite najviše { $max } znakova.
    }
invalid-number = Odgovorite brojem, na primer 3.
invalid-number-several = Samo jedan broj, molim.
invalid-number-small = Broj mora da bude najmanje { $min }.
invalid-number-large = Broj sme da bude najviše { $max }.
invalid-number-whole = Odgovorite celim brojem.
invalid-email = To ne izgleda kao adresa e-pošte. Trebalo bi da izgleda kao ime@primer.rs.
invalid-phone = To ne izgleda kao broj telefona. Trebalo bi da izgleda kao +381 11 234 5678.
invalid-date = Odgovorite datumom, na primer 24. 12. 2026.
invalid-date-none = Takav dan ne postoji u kalendaru.
invalid-date-early = Datum ne sme da bude pre { $min }.
invalid-date-late = Datum ne sme da bude posle { $max }.
invalid-time = Navedite vreme, na primer 19:30.
invalid-time-early = Vreme ne sme da bude pre { $min }.
invalid-time-late = Vreme ne sme da bude posle { $max }.
invalid-choice = Izaberite jedno od ponuđenog: { $options }.
invalid-regex = To nema očekivani oblik. Pokušajte ponovo.
invalid-file = Pošaljite datoteku.
invalid-file-type = Ne mogu da primim datoteku ove vrste. Pošaljite jednu od sledećih: { $types }.
invalid-file-large = Datoteka je prevelika. Sme da ima najviše { $max }.
invalid-yes-no = Odgovorite sa da ili ne.

## Formats

date-format = %-d. %-m. %Y
number-format = 1.234,5

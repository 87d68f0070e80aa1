# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Oprostite, nisam razumio. Možete li to reći drugim riječima?
misunderstood-twice = Još uvijek ne razumijem. Pokušajte ponovno s nekoliko jednostavnih riječi ili zatražite razgovor s osobom.
misunderstood-twice-no-person = Još uvijek ne razumijem. Pokušajte ponovno s nekoliko jednostavnih riječi.
words-wanted = Hvala, to sam primio. Ali mogu čitati samo tekst: o čemu je riječ?
cancelled = U redu, to je otkazano. Kako još mogu pomoći?
nothing-to-cancel = U redu. Kako mogu pomoći?
switched = U redu.
denied = U redu, onda ne.
corrected = U redu, to je promijenjeno.
started-over = Krenimo ispočetka. Kako mogu pomoći?
nothing-to-repeat = Još nisam ništa rekao. Kako mogu pomoći?
language-changed = Odsad na hrvatskom.
language-name = Hrvatski
languages-spoken = Mogu odgovarati samo na ovim jezicima: { $languages }.

cancel-words = odustani | odustajem | otkaži | otkazi | otkažite | prekini | prekinite | stani | stop | dosta | zaboravi | zaboravite | zaboravi to | nema veze | nije važno | nije bitno | pusti to | pustite to | ne treba više
start-over-words = ispočetka | ispocetka | kreni ispočetka | krenimo ispočetka | od početka | od pocetka | počni ispočetka | počnimo ispočetka | ponovno od početka | restart | resetiraj | natrag na početak | iz početka
repeat-words = ponovi | ponovite | ponovi molim | ponovite molim | možete li ponoviti | možeš li ponoviti | možeš ponoviti | još jednom | jos jednom | još jednom molim | ponovno | reci opet | što si rekao | što ste rekli | molim | kako molim
person-words = čovjek | covjek | čovjeka | s čovjekom | prava osoba | stvarna osoba | osoba | osobu | živa osoba | djelatnik | djelatnika | s djelatnikom | zaposlenik | agent | agenta | operater | operatera | s operaterom | korisnička služba | korisnička podrška | netko | razgovarati s osobom | razgovarati s čovjekom | razgovarati s agentom | razgovarati s nekim | pričati s nekim | želim razgovarati s osobom | želim razgovarati s čovjekom | zelim razgovarati s covjekom | želim razgovarati s agentom | želim razgovarati s operaterom | želim razgovarati s nekim | hoću čovjeka | hoću razgovarati s nekim | htio bih razgovarati s nekim | htjela bih razgovarati s nekim | htio bih razgovarati s osobom | htjela bih razgovarati s osobom | mogu li razgovarati s osobom | mogu li razgovarati s čovjekom | mogu li razgovarati s agentom | mogu li razgovarati s nekim | trebam operatera | trebam čovjeka | spojite me s operaterom | spojite me s agentom | spoji me s čovjekom
correct-words = ne | zapravo | mislio sam | mislila sam | htio sam reći | htjela sam reći | oprostite mislio sam | ispravak | čekaj | čekajte | ne to | radije | bolje rečeno | pogriješio sam | pogriješila sam
yes-words = da | d | da da | da molim | naravno | svakako | jasno | aha | ok | okej | u redu | može | moze | vrijedi | točno | tocno | tako je | istina | ispravno | slažem se | sigurno | 👍
no-words = ne | n | ne hvala | nene | ne baš | nikad | nikada | krivo | pogrešno | netočno | nije točno | uopće ne | radije ne | nipošto | ni slučajno | ne slažem se | 👎
polite-words = molim | molim vas | molim te | samo | zapravo | sada | sad | onda | pa | oh | ah | oprostite
thanks-words = hvala | hvala vam | hvala ti | puno hvala | hvala lijepa
language-words = hrvatski | croatian | na hrvatskom | na hrvatskom molim | hrvatski molim | govorite li hrvatski | može na hrvatskom
greeting-words = bok | pozdrav | dobar dan | dobro jutro | dobra večer | zdravo | hej | doviđenja | zbogom | adio | laku noć
unknown-words = ne znam | nemam | ne mogu naći | ne mogu pronaći | ne nalazim | pojma nemam | izgubio sam | izgubila sam | zaboravio sam | zaboravila sam | ne sjećam

## Trouble

apology = Oprostite, s naše strane nešto je pošlo po zlu.
busy = Trenutak, molim. Još provjeravam.
busy-full = Još provjeravam i do tada ne mogu primiti ništa više. Ponovite to za koji trenutak.
handing-over = Prosljeđujem vas osobi iz našeg tima. Netko će vam se javiti što je prije moguće.
handoff-withdrawn = U redu, nitko ne mora doći. Ponovno sam tu za vas.
nobody-came = Nažalost, nitko nije mogao preuzeti razgovor. Ponovno sam tu za vas.

## Documents

source = Izvor: { $source }

## Buttons

button-choose = Odaberi
button-more = Više
button-answer = Odgovori

## Questions of rate

rate-question = Koliko ste zadovoljni, od 1 (nimalo) do 5 (vrlo)?
rate-invalid = Odgovorite brojem od 1 do 5.
rate-thanks = Hvala na povratnoj informaciji!

## Answers that do not fit

way-out = Ako na to ne možete odgovoriti, možete napisati i: { $words }.
invalid-text = Odgovorite riječima, molim.
invalid-text-short =
    { $min ->
        [one] Napišite barem { $min } znak.
        [few] Napišite barem { $min } znaka.
        *[other] Napišite barem { $min } znakova.
    }
invalid-text-long =
    { $max ->
        [one] Napišite najviše { $max } znak.
        [few] Napišite najviše { $max } znaka.
        *[other] Napišite najviše { $max } znakova.
    }
invalid-number = Odgovorite brojem, na primjer 3.
invalid-number-several = Samo jedan broj, molim.
invalid-number-small = Broj mora biti najmanje { $min }.
invalid-number-large = Broj smije biti najviše { $max }.
invalid-number-whole = Odgovorite cijelim brojem.
invalid-email = To ne izgleda kao adresa e-pošte. Trebala bi izgledati kao ime@primjer.hr.
invalid-phone = To ne izgleda kao telefonski broj. Trebao bi izgledati kao +385 1 2345 678.
invalid-date = Odgovorite datumom, na primjer 24. 12. 2026.
invalid-date-none = Takav dan ne postoji u kalendaru.
invalid-date-early = Datum ne smije biti prije { $min }
invalid-date-late = Datum ne smije biti poslije { $max }
invalid-time = Navedite vrijeme, na primjer 19:30.
invalid-time-early = Vrijeme ne smije biti prije { $min }.
invalid-time-late = Vrijeme ne smije biti poslije { $max }.
invalid-choice = Odaberite jedno od ponuđenog: { $options }.
invalid-regex = To nema očekivani oblik. Pokušajte ponovno.
invalid-file = Pošaljite datoteku.
invalid-file-type = Ne mogu primiti datoteku ove vrste. Pošaljite jednu od sljedećih: { $types }.
invalid-file-large = Datoteka je prevelika. Smije imati najviše { $max }.
invalid-yes-no = Odgovorite s da ili ne.

## Formats

date-format = %d. %m. %Y.
number-format = 1.234,5

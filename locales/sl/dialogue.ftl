# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Oprostite, tega nisem razumel. Lahko poveste z drugimi besedami?
misunderstood-twice = Še vedno ne razumem. Poskusite znova z nekaj preprostimi besedami ali prosite za pogovor s človekom.
misunderstood-twice-no-person = Še vedno ne razumem. Poskusite znova z nekaj preprostimi besedami.
words-wanted = Hvala, to sem prejel. Vendar znam brati samo besedilo: za kaj gre?
cancelled = V redu, to je preklicano. Kako vam še lahko pomagam?
nothing-to-cancel = V redu. Kako vam lahko pomagam?
switched = V redu.
denied = V redu, potem ne.
corrected = V redu, to je spremenjeno.
started-over = Začnimo znova. Kako vam lahko pomagam?
nothing-to-repeat = Ničesar še nisem povedal. Kako vam lahko pomagam?
language-changed = Odslej v slovenščini.
language-name = Slovenščina
languages-spoken = Odgovarjam lahko samo v teh jezikih: { $languages }.

cancel-words = prekliči | preklici | prekličite | preklic | odpovej | prekini | prekinite | stop | ustavi | ustavi se | nehaj | nehajte | pozabi | pozabite | pozabi na to | ni pomembno | ni važno | pusti | pustite | ne rabim več
start-over-words = od začetka | od zacetka | začni znova | začnimo znova | začni od začetka | znova od začetka | še enkrat od začetka | ponovni zagon | nazaj na začetek | ponastavi | iz začetka
repeat-words = ponovi | ponovite | ponovi prosim | ponovite prosim | lahko ponoviš | lahko ponovite | še enkrat | se enkrat | še enkrat prosim | znova | kaj si rekel | kaj ste rekli | prosim | kako prosim | povej še enkrat
person-words = človek | clovek | človeka | s človekom | pravi človek | pravega človeka | živ človek | oseba | resnična oseba | prava oseba | z osebo | svetovalec | svetovalca | s svetovalcem | agent | agenta | operater | operaterja | z operaterjem | uslužbenec | podpora strankam | pomoč uporabnikom | nekdo | govoriti s človekom | govoriti z nekom | govoriti s svetovalcem | pogovor s človekom | rad bi govoril s človekom | rada bi govorila s človekom | rad bi govoril z nekom | rada bi govorila z nekom | rad bi govoril s svetovalcem | rada bi govorila s svetovalcem | želim govoriti s človekom | želim govoriti z nekom | želim govoriti s svetovalcem | hočem govoriti s človekom | hočem človeka | lahko govorim s človekom | lahko govorim z nekom | lahko govorim s svetovalcem | ali lahko govorim s človekom | potrebujem človeka | potrebujem svetovalca | povežite me s človekom | povežite me s svetovalcem
correct-words = ne | pravzaprav | mislil sem | mislila sem | hotel sem reči | hotela sem reči | oprostite mislil sem | popravek | čakaj | počakajte | ne to | raje | zmotil sem se | zmotila sem se
yes-words = da | d | ja | jap | seveda | jasno | ok | okej | v redu | velja | prav | lahko | točno | tako je | drži | res je | pravilno | se strinjam | da prosim | ja prosim | vsekakor | 👍
no-words = ne | n | ne hvala | nak | ne ravno | nikoli | narobe | napačno | ni res | sploh ne | raje ne | nikakor | v nobenem primeru | se ne strinjam | 👎
polite-words = prosim | prosim vas | samo | pravzaprav | zdaj | potem | no | oh | aha | oprostite
thanks-words = hvala | hvala lepa | najlepša hvala
language-words = slovenščina | slovenian | slovensko | po slovensko | v slovenščini | slovensko prosim | v slovenščini prosim | govorite slovensko
greeting-words = živjo | pozdravljeni | zdravo | dober dan | dobro jutro | dober večer | hej | nasvidenje | adijo | lahko noč
unknown-words = ne vem | nimam | ne najdem | ne morem najti | pojma nimam | izgubil sem | izgubila sem | pozabil sem | pozabila sem | ne spomnim

## Trouble

apology = Oprostite, pri nas je šlo nekaj narobe.
busy = Trenutek, prosim. Še preverjam.
busy-full = Še preverjam in do takrat ne morem sprejeti ničesar drugega. Čez trenutek to prosim povejte znova.
handing-over = Predajam vas človeku. Nekdo vam bo na voljo, takoj ko bo mogoče.
handoff-withdrawn = V redu, nikomur ni treba priti. Spet sem tu za vas.
nobody-came = Žal nihče ni imel časa prevzeti pogovora. Spet sem tu za vas.

## Documents

source = Vir: { $source }

## Buttons

button-choose = Izberi
button-more = Več
button-answer = Odgovori

## Questions of rate

rate-question = Kako zadovoljni ste, od 1 (sploh ne) do 5 (zelo)?
rate-invalid = Odgovorite s številom od 1 do 5.
rate-thanks = Hvala za vaše mnenje!

## Answers that do not fit

way-out = Če na to ne morete odgovoriti, lahko napišete tudi: { $words }.
invalid-text = Odgovorite z besedami, prosim.
invalid-text-short =
    { $min ->
        [one] Napišite vsaj { $min } znak.
        [two] Napišite vsaj { $min } znaka.
        [few] Napišite vsaj { $min } znake.
        *[other] Napišite vsaj { $min } znakov.
    }
invalid-text-long =
    { $max ->
        [one] Napišite največ { $max } znak.
        [two] Napišite največ { $max } znaka.
        [few] Napišite največ { $max } znake.
        *[other] Napišite največ { $max } znakov.
    }
invalid-number = Odgovorite s številom, na primer 3.
invalid-number-several = Samo eno število, prosim.
invalid-number-small = Število mora biti vsaj { $min }.
invalid-number-large = Število je lahko največ { $max }.
invalid-number-whole = Odgovorite s celim številom.
invalid-email = To ni videti kot e-poštni naslov. Videti mora biti kot ime@primer.si.
invalid-phone = To ni videti kot telefonska številka. Videti mora biti kot +386 1 234 56 78.
invalid-date = Odgovorite z datumom, na primer 24. 12. 2026.
invalid-date-none = Takega dne v koledarju ni.
invalid-date-early = Datum ne sme biti pred { $min }.
invalid-date-late = Datum ne sme biti po { $max }.
invalid-time = Odgovorite z uro, na primer 19:30.
invalid-time-early = Ura ne sme biti pred { $min }.
invalid-time-late = Ura ne sme biti po { $max }.
invalid-choice = Izberite eno od možnosti: { $options }.
invalid-regex = To nima pričakovane oblike. Poskusite znova.
invalid-file = Pošljite datoteko, prosim.
invalid-file-type = Datoteke te vrste ne morem sprejeti. Pošljite eno od teh: { $types }.
invalid-file-large = Datoteka je prevelika. Lahko ima največ { $max }.
invalid-yes-no = Odgovorite z da ali ne.

## Formats

date-format = %-d. %-m. %Y
number-format = 1.234,5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Îmi pare rău, nu am înțeles. Puteți spune cu alte cuvinte?
misunderstood-twice = Tot nu înțeleg. Încercați din nou cu câteva cuvinte simple sau cereți să vorbiți cu o persoană.
misunderstood-twice-no-person = Tot nu înțeleg. Vă rog să încercați din nou cu câteva cuvinte simple.
words-wanted = Mulțumesc, am primit. Pot însă citi doar text: despre ce este vorba?
cancelled = În regulă, am anulat. Cu ce altceva vă pot ajuta?
nothing-to-cancel = În regulă. Cu ce vă pot ajuta?
switched = În regulă.
denied = În regulă, atunci nu.
corrected = În regulă, am modificat.
started-over = Să o luăm de la capăt. Cu ce vă pot ajuta?
nothing-to-repeat = Nu am spus încă nimic. Cu ce vă pot ajuta?
language-changed = De acum înainte, în română.
language-name = Română
languages-spoken = Pot răspunde doar în aceste limbi: { $languages }.

cancel-words = anulează | anuleaza | anulați | anulare | anulează asta | renunț | renunt | renunță | oprește | opreste | opriți | stop | lasă | lasa | lasă asta | las-o baltă | nu contează | nu mai conteaza | uită | gata | nu mai vreau
start-over-words = de la capăt | de la capat | ia-o de la capăt | să o luăm de la capăt | de la început | de la inceput | începe din nou | reîncepe | repornește | reset | restart | înapoi la început | de la zero
repeat-words = repetă | repeta | repetați | repetă te rog | repetați vă rog | puteți repeta | poți repeta | încă o dată | inca o data | mai spune o dată | spune din nou | ce ai spus | ce ați spus | poftim | cum
person-words = persoană | persoana | o persoană | o persoana | persoană reală | o persoană reală | om | un om | om real | un om real | uman | operator | un operator | operator uman | agent | un agent | consultant | un consultant | asistență clienți | serviciul clienți | cineva | vorbesc cu o persoană | vorbi cu o persoană | vorbi cu cineva | vorbi cu un operator | vreau o persoană | vreau un om | vreau un operator | vreau să vorbesc cu o persoană | vreau sa vorbesc cu o persoana | vreau să vorbesc cu cineva | vreau să vorbesc cu un om | vreau să vorbesc cu un operator | vreau sa vorbesc cu un operator | aș vrea să vorbesc cu cineva | aș dori să vorbesc cu o persoană | aș dori să vorbesc cu un operator | pot să vorbesc cu o persoană | pot vorbi cu cineva | pot vorbi cu un operator | pot să vorbesc cu un om | am nevoie de un operator | dați-mi un operator | faceți-mi legătura cu un operator
correct-words = nu | de fapt | voiam să spun | am vrut să spun | vreau să spun | scuze voiam să spun | corecție | corectare | stai | așteaptă | așteptați | nu asta | mai degrabă | am greșit
yes-words = da | d | da da | dap | sigur | desigur | bineînțeles | bineinteles | ok | okay | bine | în regulă | corect | exact | adevărat | da vă rog | da te rog | așa este | absolut | de acord | cu plăcere | 👍
no-words = nu | n | nu mulțumesc | nu multumesc | nup | nu chiar | niciodată | niciodata | greșit | gresit | fals | deloc | nicidecum | în niciun caz | mai bine nu | nu e corect | 👎
polite-words = vă rog | va rog | te rog | doar | de fapt | acum | atunci | păi | oh | scuze | îmi pare rău
thanks-words = mulțumesc | multumesc | mulțumesc frumos | mulțumesc mult | mersi
language-words = română | romanian | în română | în română vă rog | română vă rog | in romana | vorbiți română | vorbiți românește
greeting-words = salut | bună | bună ziua | buna | buna ziua | bună dimineața | bună seara | alo | la revedere | pa | pe curând | noapte bună
unknown-words = nu știu | nu stiu | nu am | nu îl am | nu il am | nu găsesc | nu gasesc | nu îl găsesc | habar n-am | am pierdut | am uitat | nu îmi amintesc

## Trouble

apology = Ne pare rău, ceva nu a mers bine la noi.
busy = Un moment, vă rog. Încă verific.
busy-full = Încă verific și până atunci nu pot prelua nimic altceva. Vă rog să repetați peste puțin timp.
handing-over = Vă fac legătura cu o persoană. Cineva vă va răspunde cât mai curând posibil.
handoff-withdrawn = În regulă, nu este nevoie să vină nimeni. Sunt din nou la dispoziția dumneavoastră.
nobody-came = Îmi pare rău, nu a fost nimeni disponibil să preia conversația. Sunt din nou la dispoziția dumneavoastră.

## Documents

source = Sursa: { $source }

## Buttons

button-choose = Alege
button-more = Mai multe
button-answer = Răspunde

## Questions of rate

rate-question = Cât de mulțumit sunteți, de la 1 (deloc) la 5 (foarte)?
rate-invalid = Vă rog să răspundeți cu un număr de la 1 la 5.
rate-thanks = Vă mulțumim pentru părere!

## Answers that do not fit

way-out = Dacă nu puteți răspunde, puteți scrie și: { $words }.
invalid-text = Vă rog să răspundeți în cuvinte.
invalid-text-short =
    { $min ->
        [one] Vă rog să scrieți cel puțin { $min } caracter.
        [few] Vă rog să scrieți cel puțin { $min } caractere.
        *[other] Vă rog să scrieți cel puțin { $min } de caractere.
    }
invalid-text-long =
    { $max ->
        [one] Vă rog să scrieți cel mult { $max } caracter.
        [few] Vă rog să scrieți cel mult { $max } caractere.
        *[other] Vă rog să scrieți cel mult { $max } de caractere.
    }
invalid-number = Vă rog să răspundeți cu un număr, de exemplu 3.
invalid-number-several = Un singur număr, vă rog.
invalid-number-small = Numărul trebuie să fie cel puțin { $min }.
invalid-number-large = Numărul poate fi cel mult { $max }.
invalid-number-whole = Vă rog să răspundeți cu un număr întreg.
invalid-email = Nu pare o adresă de e-mail. Ar trebui să arate ca nume@exemplu.ro.
invalid-phone = Nu pare un număr de telefon. Ar trebui să arate ca +40 21 123 4567.
invalid-date = Vă rog să răspundeți cu o dată, de exemplu 24.12.2026.
invalid-date-none = Această zi nu există în calendar.
invalid-date-early = Data nu poate fi înainte de { $min }.
invalid-date-late = Data nu poate fi după { $max }.
invalid-time = Vă rog să răspundeți cu o oră, de exemplu 19:30.
invalid-time-early = Ora nu poate fi înainte de { $min }.
invalid-time-late = Ora nu poate fi după { $max }.
invalid-choice = Vă rog să alegeți una dintre opțiuni: { $options }.
invalid-regex = Nu are forma așteptată. Vă rog să încercați din nou.
invalid-file = Vă rog să trimiteți un fișier.
invalid-file-type = Nu pot accepta un fișier de acest tip. Vă rog să trimiteți unul dintre: { $types }.
invalid-file-large = Fișierul este prea mare. Poate avea cel mult { $max }.
invalid-yes-no = Vă rog să răspundeți cu da sau nu.

## Formats

date-format = %d.%m.%Y
number-format = 1.234,5

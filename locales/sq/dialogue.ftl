# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Më falni, nuk e kuptova. A mund ta thoni me fjalë të tjera?
misunderstood-twice = Ende nuk e kuptoj. Provoni përsëri me pak fjalë të thjeshta, ose kërkoni të flisni me një person.
misunderstood-twice-no-person = Ende nuk e kuptoj. Ju lutem provoni përsëri me pak fjalë të thjeshta.
words-wanted = Faleminderit, e mora. Por mund të lexoj vetëm tekst: për çfarë bëhet fjalë?
cancelled = Në rregull, e anulova. Me çfarë tjetër mund t'ju ndihmoj?
nothing-to-cancel = Në rregull. Me çfarë mund t'ju ndihmoj?
switched = Në rregull.
denied = Në rregull, atëherë jo.
corrected = Në rregull, e ndryshova.
started-over = Le të fillojmë nga e para. Si mund t'ju ndihmoj?
nothing-to-repeat = Nuk kam thënë ende asgjë. Si mund t'ju ndihmoj?
language-changed = Tani e tutje në shqip.
language-name = Shqip
languages-spoken = Mund të përgjigjem vetëm në këto gjuhë: { $languages }.

cancel-words = anulo | anuloje | anuloni | anullo | anuloje këtë | ndal | ndalo | ndaloni | stop | mjaft | lëre | lere | lëreni | harroje | harrojeni | s'ka rëndësi | nuk ka rëndësi | nuk dua më | hiq dorë
start-over-words = nga e para | nga fillimi | fillo nga e para | fillo nga fillimi | fillojmë nga e para | filloni nga e para | rifillo | rinis | kthehu në fillim | edhe një herë nga fillimi
repeat-words = përsërit | perserit | përsërite | përsëriteni | përsërite të lutem | përsëriteni ju lutem | a mund ta përsërisni | mund ta përsërisësh | edhe një herë | edhe nje here | përsëri | çfarë the | çfarë thatë | si | urdhëro | thuaje prapë
person-words = njeri | një njeri | person | një person | person i vërtetë | një person i vërtetë | njeri i vërtetë | agjent | një agjent | operator | një operator | punonjës | përfaqësues | dikush | shërbimi i klientit | flas me një person | të flas me një person | të flas me dikë | dua një person | dua një njeri | dua të flas me një person | dua të flas me një njeri | dua të flas me dikë | dua te flas me dike | dua te flas me nje person | dua të flas me një operator | dua të flas me një agjent | do të doja të flisja me një person | do të doja të flisja me dikë | a mund të flas me një person | a mund të flas me dikë | a mund të flas me një operator | mund të flas me dikë | më duhet një operator | kam nevojë të flas me dikë | më lidhni me një operator | më lidhni me një person
correct-words = jo | në fakt | në të vërtetë | doja të thosha | desha të them | më falni doja të thosha | korrigjim | prit | prisni | jo atë | më mirë | gabova
yes-words = po | p | po po | po ju lutem | po të lutem | po faleminderit | sigurisht | patjetër | natyrisht | ok | okej | mirë | mire | në rregull | saktë | sakte | e saktë | pikërisht | e vërtetë | dakord | ashtu është | 👍
no-words = jo | j | jo faleminderit | jo flm | jo tamam | kurrë | gabim | e gabuar | nuk është e saktë | aspak | në asnjë mënyrë | më mirë jo | s'dua | nuk dua | nuk jam dakord | 👎
polite-words = ju lutem | të lutem | te lutem | thjesht | në fakt | tani | atëherë | oh | më falni
thanks-words = faleminderit | shumë faleminderit | rrofsh
language-words = shqip | albanian | në shqip | shqip ju lutem | në shqip ju lutem | a flisni shqip | flisni shqip
greeting-words = përshëndetje | tungjatjeta | mirëdita | mirëmëngjes | mirëmbrëma | ç'kemi | mirupafshim | lamtumirë | natën e mirë
unknown-words = nuk e di | s'e di | nuk e kam | nuk kam | s'kam | nuk e gjej | nuk e gjej dot | e humba | harrova | nuk mbaj mend

## Trouble

apology = Na vjen keq, diçka shkoi keq nga ana jonë.
busy = Një moment, ju lutem. Po e kërkoj ende.
busy-full = Po e kërkoj ende dhe deri atëherë nuk mund të pranoj më shumë. Ju lutem thuajeni përsëri pas pak.
handing-over = Po ju kaloj te një person. Dikush do të jetë me ju sa më shpejt.
handoff-withdrawn = Në rregull, nuk ka nevojë të vijë askush. Jam përsëri këtu për ju.
nobody-came = Më vjen keq, askush nuk ishte i lirë. Jam përsëri këtu për ju.

## Documents

source = Burimi: { $source }

## Buttons

button-choose = Zgjidh
button-more = Më shumë
button-answer = Përgjigju

## Questions of rate

rate-question = Sa të kënaqur jeni, nga 1 (aspak) deri në 5 (shumë)?
rate-invalid = Ju lutem përgjigjuni me një numër nga 1 deri në 5.
rate-thanks = Faleminderit për mendimin tuaj!

## Answers that do not fit

way-out = Nëse nuk mund të përgjigjeni, mund të shkruani edhe: { $words }.
invalid-text = Ju lutem përgjigjuni me fjalë.
invalid-text-short =
    { $min ->
        [one] Ju lutem shkruani të paktën { $min } shkronjë.
        *[other] Ju lutem shkruani të paktën { $min } shkronja.
    }
invalid-text-long =
    { $max ->
        [one] Ju lutem shkruani më së shumti { $max } shkronjë.
        *[other] Ju lutem shkruani më së shumti { $max } shkronja.
    }
invalid-number = Ju lutem përgjigjuni me një numër, për shembull 3.
invalid-number-several = Vetëm një numër, ju lutem.
invalid-number-small = Numri duhet të jetë të paktën { $min }.
invalid-number-large = Numri duhet të jetë më së shumti { $max }.
invalid-number-whole = Ju lutem përgjigjuni me një numër të plotë.
invalid-email = Kjo nuk duket si adresë e-mail. Duhet të jetë si emri@shembull.al.
invalid-phone = Ky nuk duket si numër telefoni. Duhet të jetë si +355 4 234 5678.
invalid-date = Ju lutem përgjigjuni me një datë, për shembull 24.12.2026.
invalid-date-none = Kjo ditë nuk ekziston në kalendar.
invalid-date-early = Data nuk mund të jetë para { $min }.
invalid-date-late = Data nuk mund të jetë pas { $max }.
invalid-time = Ju lutem përgjigjuni me një orë, për shembull 19:30.
invalid-time-early = Ora nuk mund të jetë para { $min }.
invalid-time-late = Ora nuk mund të jetë pas { $max }.
invalid-choice = Ju lutem zgjidhni njërën nga këto: { $options }.
invalid-regex = Kjo nuk ka formën e pritur. Ju lutem provoni përsëri.
invalid-file = Ju lutem dërgoni një skedar.
invalid-file-type = Nuk mund të pranoj skedar të këtij lloji. Ju lutem dërgoni njërin nga këta: { $types }.
invalid-file-large = Skedari është shumë i madh. Mund të jetë më së shumti { $max }.
invalid-yes-no = Ju lutem përgjigjuni me po ose jo.

## Formats

date-format = %-d.%-m.%Y
number-format = 1 234,5

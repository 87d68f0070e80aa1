# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Atvainojiet, es nesapratu. Vai varat to pateikt citiem vārdiem?
misunderstood-twice = Es joprojām nesaprotu. Mēģiniet vēlreiz ar dažiem vienkāršiem vārdiem vai palūdziet sarunu ar cilvēku.
misunderstood-twice-no-person = Es joprojām nesaprotu. Lūdzu, mēģiniet vēlreiz ar dažiem vienkāršiem vārdiem.
words-wanted = Paldies, es to saņēmu. Tomēr es protu lasīt tikai tekstu: par ko ir runa?
cancelled = Labi, tas ir atcelts. Kā vēl varu palīdzēt?
nothing-to-cancel = Labi. Kā varu palīdzēt?
switched = Labi.
denied = Labi, tad nē.
corrected = Labi, tas ir izmainīts.
started-over = Sāksim no sākuma. Kā varu palīdzēt?
nothing-to-repeat = Es vēl neko neesmu teicis. Kā varu palīdzēt?
language-changed = Turpmāk latviski.
language-name = Latviešu
languages-spoken = Varu atbildēt tikai šajās valodās: { $languages }.

cancel-words = atcelt | atcel | atceliet | atcel to | pārtraukt | pārtrauc | partrauc | pārtrauciet | beidz | beidziet | stop | aizmirsti | aizmirstiet | aizmirsti to | nav svarīgi | vienalga | liec mieru | nevajag | vairs nevajag | atsakos
start-over-words = no sākuma | no sakuma | sākt no sākuma | sāc no sākuma | sāksim no sākuma | sākt vēlreiz | sākt no jauna | no jauna | restartēt | atpakaļ uz sākumu | pārstartēt
repeat-words = atkārtot | atkārto | atkarto | atkārtojiet | atkārtojiet lūdzu | vai varat atkārtot | vai vari atkārtot | vēlreiz | velreiz | vēlreiz lūdzu | vēl vienu reizi | pasaki vēlreiz | ko tu teici | ko jūs teicāt | kā lūdzu | ko
person-words = cilvēks | cilveks | cilvēku | ar cilvēku | īsts cilvēks | ar īstu cilvēku | dzīvs cilvēks | persona | operators | operatoru | ar operatoru | darbinieks | darbinieku | ar darbinieku | konsultants | konsultantu | ar konsultantu | klientu apkalpošana | klientu serviss | kāds | runāt ar cilvēku | runāt ar kādu | runāt ar operatoru | gribu cilvēku | gribu runāt ar cilvēku | gribu runāt ar kādu | gribu runāt ar operatoru | vēlos runāt ar cilvēku | velos runat ar cilveku | vēlos runāt ar kādu | vēlos runāt ar operatoru | vēlos runāt ar konsultantu | vēlētos runāt ar cilvēku | vai varu runāt ar cilvēku | vai es varu runāt ar cilvēku | vai varu runāt ar kādu | vai varu runāt ar operatoru | man vajag operatoru | man vajag cilvēku | savienojiet ar operatoru | savienojiet mani ar cilvēku
correct-words = nē | ne | patiesībā | es domāju | biju domājis | biju domājusi | gribēju teikt | piedodiet es domāju | labojums | pagaidi | pagaidiet | ne to | drīzāk | kļūdījos
yes-words = jā | ja | j | jā jā | jā lūdzu | protams | skaidrs | labi | ok | okei | pareizi | tieši tā | tā ir | taisnība | patiesi | noteikti | piekrītu | der | aha | labprāt | 👍
no-words = nē | ne | n | nē paldies | ne paldies | ne gluži | nekad | nepareizi | aplami | nemaz | pavisam nē | labāk nē | nekādā gadījumā | nepiekrītu | negribu | 👎
polite-words = lūdzu | ludzu | vienkārši | patiesībā | tagad | tad | nu | ak | atvainojiet
thanks-words = paldies | liels paldies | paldies jums
language-words = latviešu | latvian | latviski | latviešu valodā | latviski lūdzu | lūdzu latviski | vai runājat latviski
greeting-words = sveiki | labdien | čau | labrīt | labvakar | sveiks | sveika | uz redzēšanos | atā | visu labu
unknown-words = nezinu | man nav | nevaru atrast | neatrodu | nav ne jausmas | pazaudēju | aizmirsu | neatceros

## Trouble

apology = Atvainojiet, mūsu pusē kaut kas nogāja greizi.
busy = Acumirkli, lūdzu. Es vēl pārbaudu.
busy-full = Es vēl pārbaudu un līdz tam neko citu nevaru pieņemt. Lūdzu, pasakiet to vēlreiz pēc brīža.
handing-over = Nododu jūs cilvēkam. Kāds jums atbildēs, cik drīz vien iespējams.
handoff-withdrawn = Labi, nevienam nav jānāk. Es atkal esmu jūsu rīcībā.
nobody-came = Diemžēl neviens nebija brīvs. Es atkal esmu jūsu rīcībā.

## Documents

source = Avots: { $source }

## Buttons

button-choose = Izvēlēties
button-more = Vairāk
button-answer = Atbildēt

## Questions of rate

rate-question = Cik apmierināti esat, no 1 (nemaz) līdz 5 (ļoti)?
rate-invalid = Lūdzu, atbildiet ar skaitli no 1 līdz 5.
rate-thanks = Paldies par atsauksmi!

## Answers that do not fit

way-out = Ja nevarat uz to atbildēt, varat arī rakstīt: { $words }.
invalid-text = Lūdzu, atbildiet ar vārdiem.
invalid-text-short =
    { $min ->
        [zero] Lūdzu, uzrakstiet vismaz { $min } rakstzīmes.
        [one] Lūdzu, uzrakstiet vismaz { $min } rakstzīmi.
        *[other] Lūdzu, uzrakstiet vismaz { $min } rakstzīmes.
    }
invalid-text-long =
    { $max ->
        [zero] Lūdzu, uzrakstiet ne vairāk kā { $max } rakstzīmes.
        [one] Lūdzu, uzrakstiet ne vairāk kā { $max } rakstzīmi.
        *[other] Lūdzu, uzrakstiet ne vairāk kā { $max } rakstzīmes.
    }
invalid-number = Lūdzu, atbildiet ar skaitli, piemēram, 3.
invalid-number-several = Lūdzu, tikai vienu skaitli.
invalid-number-small = Skaitlim jābūt vismaz { $min }.
invalid-number-large = Skaitlis drīkst būt ne lielāks par { $max }.
invalid-number-whole = Lūdzu, atbildiet ar veselu skaitli.
invalid-email = Tas neizskatās pēc e-pasta adreses. Tai jāizskatās kā vards@piemers.lv.
invalid-phone = Tas neizskatās pēc tālruņa numura. Tam jāizskatās kā +371 6712 3456.
invalid-date = Lūdzu, atbildiet ar datumu, piemēram, 24.12.2026.
invalid-date-none = Tādas dienas kalendārā nav.
invalid-date-early = Datums nedrīkst būt pirms { $min }.
invalid-date-late = Datums nedrīkst būt pēc { $max }.
invalid-time = Lūdzu, norādiet pulksteņa laiku, piemēram, 19:30.
invalid-time-early = Laiks nedrīkst būt pirms { $min }.
invalid-time-late = Laiks nedrīkst būt pēc { $max }.
invalid-choice = Lūdzu, izvēlieties vienu no šiem: { $options }.
invalid-regex = Tas nav gaidītajā formā. Lūdzu, mēģiniet vēlreiz.
invalid-file = Lūdzu, nosūtiet failu.
invalid-file-type = Šāda veida failu es nevaru pieņemt. Lūdzu, nosūtiet vienu no šiem: { $types }.
invalid-file-large = Fails ir pārāk liels. Tas drīkst būt ne lielāks par { $max }.
invalid-yes-no = Lūdzu, atbildiet ar jā vai nē.

## Formats

date-format = %d.%m.%Y
number-format = 1 234,5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Извините, нисам разумео. Можете ли то да кажете другим речима?
misunderstood-twice = Још увек не разумем. Покушајте поново са неколико једноставних речи или затражите разговор са особом.
misunderstood-twice-no-person = Још увек не разумем. Покушајте поново са неколико једноставних речи.
words-wanted = Хвала, то сам примио. Али могу да читам само текст: о чему се ради?
cancelled = У реду, то је отказано. Како још могу да помогнем?
nothing-to-cancel = У реду. Како могу да помогнем?
switched = У реду.
denied = У реду, онда не.
corrected = У реду, то је промењено.
started-over = Кренимо испочетка. Како могу да помогнем?
nothing-to-repeat = Још ништа нисам рекао. Како могу да помогнем?
language-changed = Одсад на српском.
language-name = Српски
languages-spoken = Могу да одговарам само на овим језицима: { $languages }.

cancel-words = одустани | одустајем | откажи | откажите | прекини | прекините | стани | стоп | доста | заборави | заборавите | заборави то | нема везе | није важно | није битно | пусти то | не треба више | odustani | odustajem | otkaži | otkazi | otkažite | prekini | prekinite | stani | stop | dosta | zaboravi | zaboravite | zaboravi to | nema veze | nije važno | nije bitno | pusti to | ne treba više
start-over-words = испочетка | крени испочетка | кренимо испочетка | од почетка | почни испочетка | почнимо испочетка | поново од почетка | рестарт | назад на почетак | из почетка | ispočetka | ispocetka | kreni ispočetka | krenimo ispočetka | od početka | od pocetka | počni ispočetka | počnimo ispočetka | ponovo od početka | restart | nazad na početak | iz početka
repeat-words = понови | поновите | понови молим те | поновите молим вас | можете ли да поновите | можеш ли да поновиш | још једном | поново | шта си рекао | шта сте рекли | молим | кажи опет | ponovi | ponovite | ponovi molim te | ponovite molim vas | možete li da ponovite | možeš li da ponoviš | još jednom | jos jednom | ponovo | šta si rekao | šta ste rekli | molim | kaži opet
person-words = човек | човека | са човеком | права особа | стварна особа | особа | особу | жива особа | агент | агента | оператер | оператера | са оператером | запослени | корисничка служба | корисничка подршка | неко | разговарам са особом | желим да разговарам са особом | желим да разговарам са човеком | желим да разговарам са оператером | желим да разговарам са неким | хоћу човека | хоћу да разговарам са неким | хтео бих да разговарам са неким | хтела бих да разговарам са неким | могу ли да разговарам са особом | могу ли да разговарам са човеком | могу ли да разговарам са оператером | могу ли да разговарам са неким | треба ми оператер | треба ми човек | повежите ме са оператером | повежи ме са човеком | čovek | covek | čoveka | sa čovekom | prava osoba | stvarna osoba | osoba | osobu | živa osoba | agent | agenta | operater | operatera | sa operaterom | zaposleni | korisnička služba | korisnička podrška | neko | želim da razgovaram sa osobom | želim da razgovaram sa čovekom | zelim da razgovaram sa covekom | želim da razgovaram sa operaterom | zelim da razgovaram sa operaterom | želim da razgovaram sa nekim | hoću čoveka | hoću da razgovaram sa nekim | hteo bih da razgovaram sa nekim | htela bih da razgovaram sa nekim | mogu li da razgovaram sa osobom | mogu li da razgovaram sa čovekom | mogu li da razgovaram sa operaterom | mogu li da razgovaram sa nekim | treba mi operater | treba mi čovek | povežite me sa operaterom | poveži me sa čovekom
correct-words = не | заправо | у ствари | мислио сам | мислила сам | хтео сам да кажем | хтела сам да кажем | извините мислио сам | исправка | чекај | чекајте | не то | радије | погрешио сам | погрешила сам | ne | zapravo | u stvari | mislio sam | mislila sam | hteo sam da kažem | htela sam da kažem | izvinite mislio sam | ispravka | čekaj | čekajte | ne to | radije | pogrešio sam | pogrešila sam
yes-words = да | д | да да | да молим | наравно | свакако | јасно | аха | ок | океј | у реду | може | важи | тачно | тако је | истина | исправно | слажем се | сигурно | da | d | da da | da molim | naravno | svakako | jasno | aha | ok | okej | u redu | može | moze | važi | vazi | tačno | tacno | tako je | istina | ispravno | slažem se | sigurno | 👍
no-words = не | н | не хвала | нене | не баш | никад | никада | погрешно | нетачно | није тачно | уопште не | радије не | нипошто | ни случајно | не слажем се | ne | n | ne hvala | nene | ne baš | nikad | nikada | pogrešno | netačno | nije tačno | uopšte ne | radije ne | nipošto | ni slučajno | ne slažem se | 👎
polite-words = молим | молим вас | молим те | само | заправо | сада | сад | онда | па | ох | ах | извините
thanks-words = хвала | хвала вам | хвала ти | хвала лепо
language-words = српски | serbian | на српском | на српском молим | српски молим | говорите ли српски | може на српском
greeting-words = здраво | добар дан | добро јутро | добро вече | поздрав | ћао | довиђења | збогом | пријатно | лаку ноћ
unknown-words = не знам | немам | не могу да нађем | не налазим | појма немам | изгубио сам | изгубила сам | заборавио сам | заборавила сам | не сећам

## Trouble

apology = Извините, са наше стране нешто је пошло по злу.
busy = Тренутак, молим. Још проверавам.
busy-full = Још проверавам и до тада не могу да примим ништа више. Поновите то за који тренутак.
handing-over = Прослеђујем вас особи из нашег тима. Неко ће вам се јавити што је пре могуће.
handoff-withdrawn = У реду, нико не мора да дође. Поново сам ту за вас.
nobody-came = Нажалост, нико није могао да преузме разговор. Поново сам ту за вас.

## Documents

source = Извор: { $source }

## Buttons

button-choose = Изабери
button-more = Још
button-answer = Одговори

## Questions of rate

rate-question = Колико сте задовољни, од 1 (нимало) до 5 (веома)?
rate-invalid = Одговорите бројем од 1 до 5.
rate-thanks = Хвала на повратној информацији!

## Answers that do not fit

way-out = Ако не можете да одговорите, можете написати и: { $words }.
invalid-text = Одговорите речима, молим.
invalid-text-short =
    { $min ->
        [one] Напишите најмање { $min } знак.
        [few] Напишите најмање { $min } знака.
        *[other] Напишите најмање { $min } знакова.
    }
invalid-text-long =
    { $max ->
        [one] Напишите највише { $max } знак.
        [few] Напишите највише { $max } знака.
        *[other] Напишите највише { $max } знакова.
    }
invalid-number = Одговорите бројем, на пример 3.
invalid-number-several = Само један број, молим.
invalid-number-small = Број мора да буде најмање { $min }.
invalid-number-large = Број сме да буде највише { $max }.
invalid-number-whole = Одговорите целим бројем.
invalid-email = То не изгледа као адреса е-поште. Требало би да изгледа као ime@primer.rs.
invalid-phone = То не изгледа као број телефона. Требало би да изгледа као +381 11 234 5678.
invalid-date = Одговорите датумом, на пример 24. 12. 2026.
invalid-date-none = Такав дан не постоји у календару.
invalid-date-early = Датум не сме да буде пре { $min }.
invalid-date-late = Датум не сме да буде после { $max }.
invalid-time = Наведите време, на пример 19:30.
invalid-time-early = Време не сме да буде пре { $min }.
invalid-time-late = Време не сме да буде после { $max }.
invalid-choice = Изаберите једно од понуђеног: { $options }.
invalid-regex = То нема очекивани облик. Покушајте поново.
invalid-file = Пошаљите датотеку.
invalid-file-type = Не могу да примим датотеку ове врсте. Пошаљите једну од следећих: { $types }.
invalid-file-large = Датотека је превелика. Сме да има највише { $max }.
invalid-yes-no = Одговорите са да или не.

## Formats

date-format = %-d. %-m. %Y
number-format = 1.234,5

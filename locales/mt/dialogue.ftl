# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Skużani, ma fhimtx. Tista' tgħidha bi kliem ieħor?
misunderstood-twice = Għadni ma fhimtx. Erġa' pprova bi ftit kliem sempliċi, jew itlob biex titkellem ma' persuna.
misunderstood-twice-no-person = Għadni ma fhimtx. Jekk jogħġbok erġa' pprova bi ftit kliem sempliċi.
words-wanted = Grazzi, irċevejt dak. Imma nista' naqra biss test: fuq xiex inhu?
cancelled = Tajjeb, ikkanċellajtha. X'nista' nagħmel aktar għalik?
nothing-to-cancel = Tajjeb. X'nista' nagħmel għalik?
switched = Tajjeb.
denied = Tajjeb, mela le.
corrected = Tajjeb, bdiltha.
started-over = Ejja nerġgħu nibdew. Kif nista' ngħinek?
nothing-to-repeat = Għadni ma għedt xejn. Kif nista' ngħinek?
language-changed = Minn issa 'l quddiem bil-Malti.
language-name = Malti
languages-spoken = Nista' nwieġeb biss b'dawn il-lingwi: { $languages }.

cancel-words = ikkanċella | ikkancella | ikkanċellaha | ħassar | hassar | ieqaf | waqqaf | waqqafha | stop | biżżejjed | bizzejjed | insa | insiha | ma jimpurtax | ma jimpurtax aktar | ħalliha | halliha | cancel
start-over-words = erġa' ibda | erga ibda | ibda mill-ġdid | ibda mill-bidu | mill-bidu | mill-ġdid | nerġgħu nibdew | ejja nibdew mill-ġdid | lura għall-bidu | irrisettja
repeat-words = irrepeti | irrepeti jekk jogħġbok | erġa' għidha | erga ghidha | għidha mill-ġdid | tista' tirrepeti | tista' terġa' tgħidha | darb'oħra | darba oħra | x'għedt | x'ghedt | skużi | kif
person-words = persuna | persuna vera | bniedem | bniedem veru | xi ħadd | xi hadd | aġent | agent | rappreżentant | operatur | impjegat | customer care | servizz tal-klijenti | nitkellem ma' persuna | nitkellem ma' xi ħadd | nitkellem ma' bniedem | nitkellem ma' aġent | irrid persuna | irrid nitkellem ma' persuna | irrid nitkellem ma' xi ħadd | irrid nitkellem ma xi hadd | irrid nitkellem ma' bniedem | irrid nitkellem ma' aġent | nixtieq nitkellem ma' persuna | nixtieq nitkellem ma' xi ħadd | nixtieq nitkellem ma' aġent | nista' nitkellem ma' persuna | nista' nitkellem ma' xi ħadd | nista' nitkellem ma' aġent | għandi bżonn nitkellem ma' xi ħadd | għaddini lil xi ħadd | qabbadni ma' persuna
correct-words = le | fil-fatt | fil-verità | ridt ngħid | irrid ngħid | skużi ridt ngħid | korrezzjoni | stenna | mhux dik | mhux hekk | anzi | żbaljajt
yes-words = iva | i | iwa | mela | iva jekk jogħġbok | iva grazzi | tajjeb | ok | orrajt | sew | korrett | eżatt | ezatt | eżattament | ċert | cert | ovvja | naqbel | veru | hekk hu | 👍
no-words = le | l | le grazzi | mhux | mhux vera | mhux veru | qatt | żbaljat | zbaljat | ħażin | xejn | assolutament le | aħjar le | ma rridx | ma naqbilx | 👎
polite-words = jekk jogħġbok | jekk jogħġobkom | issa | mela | tassew | skużani | skużi
thanks-words = grazzi | grazzi ħafna
language-words = malti | maltese | bil malti | bil-malti jekk jogħġbok | malti jekk jogħġbok | titkellem bil malti
greeting-words = bonġu | bonswa | bongu | għodwa t-tajba | ħello | merħba | saħħa | caw | il-lejl it-tajjeb
unknown-words = ma nafx | m'għandix | mhux għandi | ma nistax insib | ma sibtux | tliftu | tlift | insejt | ma niftakarx

## Trouble

apology = Skużana, xi ħaġa marret ħażin min-naħa tagħna.
busy = Mument, jekk jogħġbok. Għadni qed infittex.
busy-full = Għadni qed infittex u sa dak iż-żmien ma nistax nilqa' aktar. Jekk jogħġbok erġa' għidha fi ftit ħin.
handing-over = Qed ngħaddik lil persuna. Xi ħadd ikun miegħek mill-aktar fis possibbli.
handoff-withdrawn = Tajjeb, m'hemmx bżonn jiġi ħadd. Qiegħed hawn għalik mill-ġdid.
nobody-came = Jiddispjaċini, ħadd ma kien liberu. Qiegħed hawn għalik mill-ġdid.

## Documents

source = Sors: { $source }

## Buttons

button-choose = Agħżel
button-more = Aktar
button-answer = Wieġeb

## Questions of rate

rate-question = Kemm int sodisfatt, minn 1 (xejn) sa 5 (ħafna)?
rate-invalid = Jekk jogħġbok wieġeb b'numru minn 1 sa 5.
rate-thanks = Grazzi tal-fehma tiegħek!

## Answers that do not fit

way-out = Jekk ma tistax twieġeb, tista' tikteb ukoll: { $words }.
invalid-text = Jekk jogħġbok wieġeb bil-kliem.
invalid-text-short =
    { $min ->
        [one] Jekk jogħġbok ikteb mill-inqas karattru { $min } wieħed.
        [two] Jekk jogħġbok ikteb mill-inqas { $min } karattri.
        [few] Jekk jogħġbok ikteb mill-inqas { $min } karattri.
        [many] Jekk jogħġbok ikteb mill-inqas { $min } karattru.
        *[other] Jekk jogħġbok ikteb mill-inqas { $min } karattru.
    }
invalid-text-long =
    { $max ->
        [one] Jekk jogħġbok ikteb l-aktar karattru { $max } wieħed.
        [two] Jekk jogħġbok ikteb l-aktar { $max } karattri.
        [few] Jekk jogħġbok ikteb l-aktar { $max } karattri.
        [many] Jekk jogħġbok ikteb l-aktar { $max } karattru.
        *[other] Jekk jogħġbok ikteb l-aktar { $max } karattru.
    }
invalid-number = Jekk jogħġbok wieġeb b'numru, pereżempju 3.
invalid-number-several = Numru wieħed, jekk jogħġbok.
invalid-number-small = In-numru jrid ikun mill-inqas { $min }.
invalid-number-large = In-numru jista' jkun l-aktar { $max }.
invalid-number-whole = Jekk jogħġbok wieġeb b'numru sħiħ.
invalid-email = Dik ma tidhirx qisha indirizz elettroniku. Għandha tkun bħal isem@eżempju.mt.
invalid-phone = Dak ma jidhirx qisu numru tat-telefown. Għandu jkun bħal +356 2123 4567.
invalid-date = Jekk jogħġbok wieġeb b'data, pereżempju 24/12/2026.
invalid-date-none = Dan il-jum ma jeżistix fil-kalendarju.
invalid-date-early = Id-data ma tistax tkun qabel { $min }.
invalid-date-late = Id-data ma tistax tkun wara { $max }.
invalid-time = Jekk jogħġbok wieġeb b'ħin, pereżempju 19:30.
invalid-time-early = Il-ħin ma jistax ikun qabel { $min }.
invalid-time-late = Il-ħin ma jistax ikun wara { $max }.
invalid-choice = Jekk jogħġbok agħżel waħda minn dawn: { $options }.
invalid-regex = Dik m'għandhiex il-forma li stennejt. Jekk jogħġbok erġa' pprova.
invalid-file = Jekk jogħġbok ibgħat fajl.
invalid-file-type = Ma nistax naċċetta fajl ta' dan it-tip. Jekk jogħġbok ibgħat wieħed minn dawn: { $types }.
invalid-file-large = Il-fajl huwa kbir wisq. Jista' jkun l-aktar { $max }.
invalid-yes-no = Jekk jogħġbok wieġeb iva jew le.

## Formats

date-format = %d/%m/%Y
number-format = 1,234.5

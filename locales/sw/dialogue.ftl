# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Samahani, sijaelewa. Unaweza kusema kwa maneno mengine?
misunderstood-twice = Bado sijaelewa. Tafadhali jaribu tena kwa maneno machache rahisi, au omba kuzungumza na mtu.
misunderstood-twice-no-person = Bado sijaelewa. Tafadhali jaribu tena kwa maneno machache rahisi.
words-wanted = Asante, nimeipokea. Lakini ninaweza kusoma maandishi tu: inahusu nini?
cancelled = Sawa, nimeghairi. Nikusaidie nini kingine?
nothing-to-cancel = Sawa. Nikusaidie nini?
switched = Sawa.
denied = Sawa, basi hapana.
corrected = Sawa, nimebadilisha.
started-over = Tuanze upya. Nikusaidie nini?
nothing-to-repeat = Bado sijasema chochote. Nikusaidie nini?
language-changed = Kuanzia sasa kwa Kiswahili.
language-name = Kiswahili
languages-spoken = Ninaweza kujibu kwa lugha hizi tu: { $languages }.

cancel-words = ghairi | futa | futa hiyo | sitisha | acha | acha hiyo | simama | stop | cancel | achana nayo | sahau | sahau hilo | haina haja | hakuna haja | si kitu | basi | basi tu | sitaki tena
start-over-words = anza upya | tuanze upya | anza tena | tuanze tena | kuanzia mwanzo | kutoka mwanzo | anza mwanzo | rudi mwanzo | rudia mwanzo | weka upya
repeat-words = rudia | rudia tafadhali | tafadhali rudia | unaweza kurudia | sema tena | sema tena tafadhali | tena | mara nyingine | mara moja tena | umesema nini | ulisema nini | nini | samahani umesema nini
person-words = mtu | mtu halisi | binadamu | mhudumu | wakala | mhudumu wa wateja | huduma kwa wateja | customer care | opereta | afisa | mfanyakazi | zungumza na mtu | ongea na mtu | kuongea na mtu | kuzungumza na mtu | nataka mtu | nataka kuongea na mtu | nataka kuzungumza na mtu | nataka kuongea na mhudumu | nataka kuzungumza na mhudumu | nataka kuzungumza na binadamu | nataka kuongea na binadamu | ningependa kuzungumza na mtu | ningependa kuongea na mhudumu | naomba kuongea na mtu | naomba kuzungumza na mhudumu | naomba mhudumu | naweza kuongea na mtu | naweza kuzungumza na mtu | je naweza kuzungumza na mtu | nahitaji kuongea na mtu | nahitaji mhudumu | niunganishe na mtu | niunganishe na mhudumu
correct-words = hapana | kwa kweli | namaanisha | nilimaanisha | samahani nilimaanisha | sahihisho | marekebisho | subiri | ngoja | sio hiyo | si hiyo | badala yake | nimekosea
yes-words = ndiyo | ndio | naam | eeh | ee | ndiyo tafadhali | ndio tafadhali | sawa | sawa sawa | sawasawa | ok | poa | bila shaka | hakika | kabisa | sahihi | kweli | ni kweli | nakubali | haya | 👍
no-words = hapana | la | siyo | sio | hapana asante | la hasha | si kweli | si sahihi | kamwe | hata kidogo | sitaki | hapana kabisa | kosa | sikubali | 👎
polite-words = tafadhali | tu | sasa | basi | kwa kweli | samahani
thanks-words = asante | asante sana | ahsante | shukrani
language-words = kiswahili | swahili | kwa kiswahili | kwa kiswahili tafadhali | kiswahili tafadhali | unazungumza kiswahili | unaongea kiswahili
greeting-words = habari | jambo | hujambo | mambo | shikamoo | habari za asubuhi | habari za leo | kwaheri | kwa heri | tutaonana | usiku mwema
unknown-words = sijui | sina | siioni | sipati | siipati | nimepoteza | nimesahau | sikumbuki

## Trouble

apology = Samahani, kuna tatizo limetokea upande wetu.
busy = Tafadhali subiri kidogo. Bado natafuta.
busy-full = Bado natafuta na siwezi kupokea zaidi kwa sasa. Tafadhali sema tena baada ya muda mfupi.
handing-over = Ninakuunganisha na mhudumu. Mtu atakuhudumia haraka iwezekanavyo.
handoff-withdrawn = Sawa, hakuna haja ya mtu kuja. Niko hapa tena kukusaidia.
nobody-came = Samahani, hakukuwa na mhudumu wa kupokea. Niko hapa tena kukusaidia.

## Documents

source = Chanzo: { $source }

## Buttons

button-choose = Chagua
button-more = Zaidi
button-answer = Jibu

## Questions of rate

rate-question = Umeridhika kiasi gani, kuanzia 1 (hapana kabisa) hadi 5 (sana)?
rate-invalid = Tafadhali jibu kwa namba kuanzia 1 hadi 5.
rate-thanks = Asante kwa maoni yako!

## Answers that do not fit

way-out = Ikiwa huwezi kujibu, unaweza pia kuandika: { $words }.
invalid-text = Tafadhali jibu kwa maneno.
invalid-text-short = Tafadhali andika angalau herufi { $min }.
invalid-text-long = Tafadhali andika herufi zisizozidi { $max }.
invalid-number = Tafadhali jibu kwa namba, kwa mfano 3.
invalid-number-several = Namba moja tu, tafadhali.
invalid-number-small = Namba lazima iwe angalau { $min }.
invalid-number-large = Namba lazima isizidi { $max }.
invalid-number-whole = Tafadhali jibu kwa namba kamili.
invalid-email = Hiyo haionekani kuwa anwani ya barua pepe. Inapaswa kuwa kama jina@mfano.co.ke.
invalid-phone = Hiyo haionekani kuwa namba ya simu. Inapaswa kuwa kama +254 20 123 4567.
invalid-date = Tafadhali jibu kwa tarehe, kwa mfano 24/12/2026.
invalid-date-none = Hakuna siku kama hiyo kwenye kalenda.
invalid-date-early = Tarehe haipaswi kuwa kabla ya { $min }.
invalid-date-late = Tarehe haipaswi kuwa baada ya { $max }.
invalid-time = Tafadhali jibu kwa saa, kwa mfano 19:30.
invalid-time-early = Saa haipaswi kuwa kabla ya { $min }.
invalid-time-late = Saa haipaswi kuwa baada ya { $max }.
invalid-choice = Tafadhali chagua mojawapo: { $options }.
invalid-regex = Hiyo haina muundo unaotarajiwa. Tafadhali jaribu tena.
invalid-file = Tafadhali tuma faili.
invalid-file-type = Siwezi kupokea faili la aina hii. Tafadhali tuma mojawapo ya: { $types }.
invalid-file-large = Faili ni kubwa mno. Lisizidi { $max }.
invalid-yes-no = Tafadhali jibu ndiyo au hapana.

## Formats

date-format = %d/%m/%Y
number-format = 1,234.5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Maaf, saya tidak faham. Bolehkah anda nyatakan dengan cara lain?
misunderstood-twice = Saya masih tidak faham. Sila cuba lagi dengan beberapa perkataan mudah, atau minta bercakap dengan pegawai.
misunderstood-twice-no-person = Saya masih tidak faham. Sila cuba lagi dengan beberapa perkataan mudah.
words-wanted = Terima kasih, saya telah menerimanya. Namun saya hanya boleh membaca teks: ini tentang apa?
cancelled = Baik, saya telah batalkan. Apa lagi yang boleh saya bantu?
nothing-to-cancel = Baik. Apa yang boleh saya bantu?
switched = Baik.
denied = Baik, kalau begitu tidak.
corrected = Baik, saya telah ubah.
started-over = Mari kita mula semula. Apa yang boleh saya bantu?
nothing-to-repeat = Saya belum berkata apa-apa. Apa yang boleh saya bantu?
language-changed = Mulai sekarang dalam bahasa Melayu.
language-name = Bahasa Melayu
languages-spoken = Saya hanya boleh menjawab dalam bahasa berikut: { $languages }.

cancel-words = batal | batalkan | cancel | tak jadi | tidak jadi | berhenti | henti | hentikan | stop | sudah | dah | sudahlah | lupakan | lupakan saja | tak apa | tak payah | tidak payah | tak nak dah
start-over-words = mula semula | mulakan semula | mula dari awal | dari awal | dari mula | ulang dari awal | mula balik | set semula | reset | kembali ke awal
repeat-words = ulang | ulangi | sila ulang | tolong ulang | boleh ulang | boleh ulang sekali lagi | sekali lagi | cakap sekali lagi | cakap lagi | apa awak cakap | apa anda kata | apa dia | apa | maaf apa
person-words = orang | orang sebenar | manusia | pegawai | ejen | agen | wakil | operator | staf | khidmat pelanggan | customer service | cakap dengan orang | cakap dengan pegawai | bercakap dengan orang | bercakap dengan manusia | bercakap dengan pegawai | bercakap dengan ejen | nak cakap dengan orang | nak cakap dengan pegawai | nak cakap dengan staf | saya nak cakap dengan orang | saya nak cakap dengan pegawai | saya nak cakap dengan manusia | saya mahu bercakap dengan orang | saya mahu bercakap dengan pegawai | saya ingin bercakap dengan orang | saya ingin bercakap dengan pegawai | boleh saya cakap dengan orang | boleh saya bercakap dengan pegawai | boleh saya bercakap dengan seseorang | boleh cakap dengan orang | saya perlukan pegawai | sambungkan saya dengan pegawai | sambungkan ke pegawai | hubungkan saya dengan ejen
correct-words = bukan | tidak | sebenarnya | maksud saya | maaf maksud saya | pembetulan | tunggu | sekejap | bukan itu | lebih tepat | salah
yes-words = ya | y | yup | yelah | ya betul | ya tolong | ya sila | sudah tentu | tentu | ok | oke | okay | baik | boleh | setuju | betul | benar | tepat | memang | pasti | nak | 👍
no-words = tidak | tak | x | tak nak | taknak | n | bukan | tidak terima kasih | tak terima kasih | tak perlu | tidak perlu | salah | tak betul | tidak benar | tidak pernah | langsung tidak | jangan | 👎
polite-words = tolong | sila | saja | sebenarnya | sekarang | kalau begitu | oh | maaf
thanks-words = terima kasih | terima kasih banyak
language-words = bahasa melayu | malay | melayu | dalam bahasa melayu | guna bahasa melayu | tolong guna bahasa melayu | boleh cakap bahasa melayu
greeting-words = helo | hai | selamat pagi | selamat petang | selamat tengah hari | selamat malam | assalamualaikum | selamat tinggal | jumpa lagi | bai
unknown-words = tidak tahu | tak tahu | tidak ada | tak ada | takde | tidak jumpa | tak jumpa | hilang | lupa | tidak ingat

## Trouble

apology = Maaf, ada masalah di pihak kami.
busy = Sebentar. Saya masih mencarinya.
busy-full = Saya masih mencarinya dan belum dapat menerima yang lain. Sila nyatakan sekali lagi sebentar lagi.
handing-over = Saya sambungkan anda kepada pegawai. Seseorang akan membantu anda secepat mungkin.
handoff-withdrawn = Baik, tiada sesiapa perlu datang. Saya sedia membantu anda semula.
nobody-came = Maaf, tiada pegawai yang lapang. Saya sedia membantu anda semula.

## Documents

source = Sumber: { $source }

## Buttons

button-choose = Pilih
button-more = Lagi
button-answer = Jawab

## Questions of rate

rate-question = Sejauh mana anda berpuas hati, dari 1 (tidak langsung) hingga 5 (sangat)?
rate-invalid = Sila jawab dengan nombor dari 1 hingga 5.
rate-thanks = Terima kasih atas maklum balas anda!

## Answers that do not fit

way-out = Jika anda tidak dapat menjawabnya, anda juga boleh menulis: { $words }.
invalid-text = Sila jawab dengan perkataan.
invalid-text-short = Sila tulis sekurang-kurangnya { $min } aksara.
invalid-text-long = Sila tulis selebih-lebihnya { $max } aksara.
invalid-number = Sila jawab dengan nombor, contohnya 3.
invalid-number-several = Satu nombor sahaja.
invalid-number-small = Nombor mesti sekurang-kurangnya { $min }.
invalid-number-large = Nombor mesti selebih-lebihnya { $max }.
invalid-number-whole = Sila jawab dengan nombor bulat.
invalid-email = Itu tidak kelihatan seperti alamat e-mel. Ia sepatutnya seperti nama@contoh.my.
invalid-phone = Itu tidak kelihatan seperti nombor telefon. Ia sepatutnya seperti +60 3 1234 5678.
invalid-date = Sila jawab dengan tarikh, contohnya 24/12/2026.
invalid-date-none = Tarikh itu tiada dalam kalendar.
invalid-date-early = Tarikh tidak boleh sebelum { $min }.
invalid-date-late = Tarikh tidak boleh selepas { $max }.
invalid-time = Sila jawab dengan masa, contohnya 19:30.
invalid-time-early = Masa tidak boleh sebelum { $min }.
invalid-time-late = Masa tidak boleh selepas { $max }.
invalid-choice = Sila pilih salah satu: { $options }.
invalid-regex = Itu bukan dalam bentuk yang dijangka. Sila cuba lagi.
invalid-file = Sila hantar fail.
invalid-file-type = Saya tidak dapat menerima fail jenis ini. Sila hantar salah satu daripada: { $types }.
invalid-file-large = Fail terlalu besar. Saiznya selebih-lebihnya { $max }.
invalid-yes-no = Sila jawab ya atau tidak.

## Formats

date-format = %d/%m/%Y
number-format = 1,234.5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Maaf, saya belum mengerti. Bisa disampaikan dengan kata lain?
misunderstood-twice = Saya masih belum mengerti. Silakan coba lagi dengan beberapa kata sederhana, atau minta berbicara dengan petugas.
misunderstood-twice-no-person = Saya masih belum mengerti. Silakan coba lagi dengan beberapa kata sederhana.
words-wanted = Terima kasih, itu sudah saya terima. Namun saya hanya dapat membaca teks: ini tentang apa?
cancelled = Baik, sudah saya batalkan. Ada lagi yang bisa saya bantu?
nothing-to-cancel = Baik. Apa yang bisa saya bantu?
switched = Baik.
denied = Baik, kalau begitu tidak.
corrected = Baik, sudah saya ubah.
started-over = Mari kita mulai lagi dari awal. Apa yang bisa saya bantu?
nothing-to-repeat = Saya belum mengatakan apa-apa. Apa yang bisa saya bantu?
language-changed = Mulai sekarang dalam bahasa Indonesia.
language-name = Bahasa Indonesia
languages-spoken = Saya hanya dapat menjawab dalam bahasa berikut: { $languages }.

cancel-words = batal | batalkan | batalin | dibatalkan | batal saja | berhenti | stop | setop | hentikan | sudah | udah | sudahlah | lupakan | lupakan saja | lupain aja | tidak jadi | gak jadi | ga jadi | nggak jadi | tidak usah | gak usah
start-over-words = mulai lagi | mulai dari awal | mulai ulang | ulang dari awal | dari awal | dari awal lagi | ulangi dari awal | mulai baru | reset | kembali ke awal | restart
repeat-words = ulangi | ulang | tolong ulangi | bisa diulang | bisa diulangi | bisa ulangi | sekali lagi | ulangi sekali lagi | katakan lagi | bilang lagi | kamu bilang apa | apa katamu | tadi bilang apa | apa | maaf apa
person-words = orang | orang asli | orang sungguhan | manusia | petugas | agen | cs | admin | customer service | layanan pelanggan | operator | staf | bicara dengan orang | bicara dengan manusia | bicara dengan petugas | bicara dengan cs | bicara dengan admin | bicara sama orang | ngobrol sama orang | mau bicara dengan orang | mau bicara dengan cs | mau bicara dengan petugas | mau ngomong sama orang | saya mau bicara dengan orang | saya mau bicara dengan cs | saya mau bicara dengan admin | saya ingin bicara dengan orang | saya ingin berbicara dengan petugas | saya ingin berbicara dengan manusia | saya ingin berbicara dengan cs | bisa bicara dengan orang | bisa bicara dengan cs | bisa bicara dengan petugas | bisakah saya bicara dengan orang | bisakah saya berbicara dengan petugas | boleh bicara dengan cs | hubungkan ke cs | hubungkan dengan petugas | hubungkan saya dengan petugas | sambungkan ke cs | sambungkan ke admin
correct-words = bukan | tidak | sebenarnya | maksud saya | maksudku | maksudnya | maaf maksud saya | koreksi | ralat | tunggu | sebentar | bukan itu | lebih tepatnya | salah
yes-words = ya | iya | y | yoi | yup | iya dong | iya betul | ya betul | ya tolong | tentu | tentu saja | oke | ok | okay | baik | boleh | siap | setuju | benar | betul | tepat | pasti | mau | 👍
no-words = tidak | tdk | gak | ga | nggak | ngga | enggak | engga | n | bukan | tidak terima kasih | tidak perlu | gak perlu | tidak mau | gak mau | salah | tidak benar | tidak pernah | tidak juga | sama sekali tidak | jangan | 👎
polite-words = tolong | mohon | silakan | dong | saja | sebenarnya | sekarang | kalau begitu | oh | maaf
thanks-words = terima kasih | makasih | terima kasih banyak
language-words = bahasa indonesia | indonesian | indonesia | dalam bahasa indonesia | pakai bahasa indonesia | tolong bahasa indonesia | bisa bahasa indonesia
greeting-words = halo | hai | hallo | selamat pagi | selamat siang | selamat sore | selamat malam | permisi | assalamualaikum | dadah | sampai jumpa | selamat tinggal
unknown-words = tidak tahu | gak tahu | nggak tahu | ga tau | tidak punya | gak punya | tidak ada | tidak menemukan | tidak ketemu | hilang | lupa | tidak ingat

## Trouble

apology = Maaf, ada kesalahan di pihak kami.
busy = Mohon tunggu sebentar. Saya masih mencarinya.
busy-full = Saya masih mencarinya dan belum bisa menerima yang lain. Silakan sampaikan lagi sebentar lagi.
handing-over = Saya hubungkan Anda dengan petugas. Seseorang akan segera membantu Anda.
handoff-withdrawn = Baik, petugas tidak perlu datang. Saya siap membantu Anda lagi.
nobody-came = Maaf, tidak ada petugas yang tersedia. Saya siap membantu Anda lagi.

## Documents

source = Sumber: { $source }

## Buttons

button-choose = Pilih
button-more = Lainnya
button-answer = Jawab

## Questions of rate

rate-question = Seberapa puas Anda, dari 1 (tidak puas) sampai 5 (sangat puas)?
rate-invalid = Silakan jawab dengan angka 1 sampai 5.
rate-thanks = Terima kasih atas masukan Anda!

## Answers that do not fit

way-out = Jika Anda tidak bisa menjawabnya, Anda juga dapat menulis: { $words }.
invalid-text = Silakan jawab dengan kata-kata.
invalid-text-short = Silakan tulis paling sedikit { $min } karakter.
invalid-text-long = Silakan tulis paling banyak { $max } karakter.
invalid-number = Silakan jawab dengan angka, misalnya 3.
invalid-number-several = Satu angka saja.
invalid-number-small = Angkanya harus paling sedikit { $min }.
invalid-number-large = Angkanya harus paling banyak { $max }.
invalid-number-whole = Silakan jawab dengan bilangan bulat.
invalid-email = Itu sepertinya bukan alamat email. Bentuknya seperti nama@contoh.co.id.
invalid-phone = Itu sepertinya bukan nomor telepon. Bentuknya seperti +62 21 1234 5678.
invalid-date = Silakan jawab dengan tanggal, misalnya 24/12/2026.
invalid-date-none = Tidak ada tanggal seperti itu di kalender.
invalid-date-early = Tanggalnya tidak boleh sebelum { $min }.
invalid-date-late = Tanggalnya tidak boleh setelah { $max }.
invalid-time = Silakan jawab dengan jam, misalnya 19:30.
invalid-time-early = Jamnya tidak boleh sebelum { $min }.
invalid-time-late = Jamnya tidak boleh setelah { $max }.
invalid-choice = Silakan pilih salah satu: { $options }.
invalid-regex = Bentuknya tidak sesuai. Silakan coba lagi.
invalid-file = Silakan kirim berkas.
invalid-file-type = Saya tidak bisa menerima berkas jenis ini. Silakan kirim salah satu dari: { $types }.
invalid-file-large = Berkasnya terlalu besar. Ukurannya paling besar { $max }.
invalid-yes-no = Silakan jawab ya atau tidak.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Üzgünüm, bunu anlayamadım. Başka bir şekilde söyleyebilir misiniz?
misunderstood-twice = Hâlâ anlayamıyorum. Lütfen birkaç basit sözcükle tekrar deneyin veya bir temsilci isteyin.
misunderstood-twice-no-person = Hâlâ anlayamıyorum. Lütfen birkaç basit sözcükle tekrar deneyin.
words-wanted = Teşekkürler, bunu aldım. Ancak yalnızca metin okuyabiliyorum: konu nedir?
cancelled = Tamam, bunu iptal ettim. Sizin için başka ne yapabilirim?
nothing-to-cancel = Tamam. Sizin için ne yapabilirim?
switched = Tamam.
denied = Tamam, öyleyse yapmıyoruz.
corrected = Tamam, bunu değiştirdim.
started-over = Baştan başlayalım. Size nasıl yardımcı olabilirim?
nothing-to-repeat = Henüz bir şey söylemedim. Size nasıl yardımcı olabilirim?
language-changed = Bundan sonra Türkçe.
language-name = Türkçe
languages-spoken = Yalnızca şu dillerde yanıt verebiliyorum: { $languages }.

cancel-words = iptal | iptal et | iptal edin | vazgeç | vazgeçtim | vazgec | dur | durdur | stop | boş ver | boşver | bosver | unut | unut gitsin | önemli değil | gerek yok | kalsın | bırak | iptal edelim | iptal ediyorum | bunu iptal et | bunu iptal edin | vazgeçiyorum | vazgeçelim | durun | boş verin | unutun | bırakın | bırakalım | fikrimi değiştirdim
start-over-words = baştan | baştan başla | bastan basla | baştan başlayalım | en baştan | yeniden başla | yeniden başlat | tekrar başla | sıfırla | sıfırdan | başa dön | başa dönelim | baştan başlayın | yeniden başlayalım | yeniden başlayın | tekrar başlayalım | tekrar başlayın | baştan alalım | en baştan başlayalım
repeat-words = tekrar | tekrarla | tekrar et | tekrar eder misin | tekrar eder misiniz | tekrarlar mısın | tekrarlar mısınız | bir daha | bir daha söyle | bir daha söyler misiniz | ne dedin | ne dediniz | efendim | nasıl | pardon | tekrar edin | tekrarlayın | tekrar edebilir misin | tekrar edebilir misiniz | tekrarlayabilir misin | tekrarlayabilir misiniz | tekrar söyler misin | tekrar söyler misiniz | bir daha söyleyin | bir daha söyler misin | bir kez daha
person-words = insan | bir insan | gerçek insan | gerçek bir insan | gerçek kişi | gerçek bir kişi | kişi | temsilci | bir temsilci | müşteri temsilcisi | musteri temsilcisi | müşteri hizmetleri | canlı destek | canlı temsilci | operatör | yetkili | bir yetkili | birisi | temsilciye bağla | temsilciye bağlan | müşteri temsilcisine bağla | müşteri temsilcisine bağlanmak istiyorum | temsilciye bağlanmak istiyorum | temsilciyle görüşmek istiyorum | temsilci ile görüşmek istiyorum | müşteri temsilcisi ile görüşmek istiyorum | insanla konuşmak istiyorum | bir insanla konuşmak istiyorum | gerçek biriyle konuşmak istiyorum | biriyle konuşmak istiyorum | birisiyle görüşmek istiyorum | yetkiliyle görüşmek istiyorum | bir insanla konuşabilir miyim | biriyle konuşabilir miyim | temsilciyle görüşebilir miyim | bir temsilciyle konuşabilir miyim | beni temsilciye bağla | beni birine bağla
correct-words = hayır | aslında | demek istedim | şunu demek istedim | yani | pardon | düzeltme | düzeltiyorum | bekle | bir dakika | o değil | daha doğrusu | yanlış oldu | kusura bakmayın | özür dilerim
yes-words = evet | e | he | evet lütfen | tabii | tabi | tabii ki | elbette | tamam | tmm | ok | olur | peki | doğru | aynen | kesinlikle | haklısın | isterim | onaylıyorum | 👍
no-words = hayır | h | yok | hayır teşekkürler | yok teşekkürler | olmaz | istemiyorum | istemem | asla | yanlış | pek değil | kesinlikle hayır | hiç | değil | 👎
polite-words = lütfen | lutfen | hemen | şimdi | simdi | aslında | o zaman | neyse | şey | ya | ah | üzgünüm | kusura bakmayın
thanks-words = teşekkürler | tesekkurler | teşekkür ederim | tesekkur ederim | çok teşekkürler | çok teşekkür ederim | sağ ol | sağol | sağ olun | mersi
language-words = türkçe | turkish | türkçe lütfen | lütfen türkçe | türkçe konuşalım | türkçe biliyor musunuz | türkçe konuşuyor musunuz
greeting-words = merhaba | selam | günaydın | iyi günler | iyi akşamlar | merhabalar | selamlar | selamün aleyküm | hoşça kal | hoşçakal | güle güle | görüşürüz | iyi geceler
unknown-words = bilmiyorum | bilmem | bilemiyorum | bende yok | yok bende | elimde yok | yanımda yok | bulamıyorum | bulamadım | hatırlamıyorum | hiçbir fikrim yok | fikrim yok | emin değilim | kaybettim | unuttum | kayboldu | almadım | gelmedi

## Trouble

apology = Üzgünüz, bizden kaynaklanan bir sorun oluştu.
busy = Bir dakika lütfen. Hâlâ bakıyorum.
busy-full = Hâlâ bakıyorum ve bu sırada başka bir şey alamıyorum. Lütfen birazdan tekrar söyleyin.
handing-over = Sizi bir temsilciye aktarıyorum. En kısa sürede biri sizinle ilgilenecek.
handoff-withdrawn = Tamam, kimsenin gelmesine gerek yok. Yeniden hizmetinizdeyim.
nobody-came = Üzgünüm, devralabilecek kimse yoktu. Yeniden hizmetinizdeyim.

## Documents

source = Kaynak: { $source }

## Buttons

button-choose = Seç
button-more = Daha fazla
button-answer = Yanıtla

## Questions of rate

rate-question = 1 (hiç) ile 5 (çok) arasında ne kadar memnunsunuz?
rate-invalid = Lütfen 1 ile 5 arasında bir sayıyla yanıtlayın.
rate-thanks = Geri bildiriminiz için teşekkürler!

## Answers that do not fit

way-out = Buna yanıt veremiyorsanız şunu da yazabilirsiniz: { $words }.
invalid-text = Lütfen sözcüklerle yanıtlayın.
invalid-text-short = Lütfen en az { $min } karakter yazın.
invalid-text-long = Lütfen en fazla { $max } karakter yazın.
invalid-number = Lütfen bir sayıyla yanıtlayın, örneğin 3.
invalid-number-several = Lütfen tek bir sayı yazın.
invalid-number-small = Sayı en az { $min } olmalıdır.
invalid-number-large = Sayı en fazla { $max } olmalıdır.
invalid-number-whole = Lütfen bir tam sayıyla yanıtlayın.
invalid-email = Bu bir e-posta adresine benzemiyor. Şöyle görünmelidir: ad@ornek.com.
invalid-phone = Bu bir telefon numarasına benzemiyor. Şöyle görünmelidir: +90 212 123 45 67.
invalid-date = Lütfen bir tarihle yanıtlayın, örneğin 24.12.2026.
invalid-date-none = Takvimde böyle bir gün yok.
invalid-date-early = Tarih { $min } tarihinden önce olamaz.
invalid-date-late = Tarih { $max } tarihinden sonra olamaz.
invalid-time = Lütfen bir saat yazın, örneğin 19:30.
invalid-time-early = Saat { $min } saatinden önce olamaz.
invalid-time-late = Saat { $max } saatinden sonra olamaz.
invalid-choice = Lütfen bunlardan birini seçin: { $options }.
invalid-regex = Bu beklediğim biçimde değil. Lütfen tekrar deneyin.
invalid-file = Lütfen bir dosya gönderin.
invalid-file-type = Bu tür bir dosyayı kabul edemiyorum. Lütfen şunlardan birini gönderin: { $types }.
invalid-file-large = Dosya çok büyük. En fazla { $max } olabilir.
invalid-yes-no = Lütfen evet veya hayır diye yanıtlayın.

## Formats

date-format = %d.%m.%Y
number-format = 1.234,5

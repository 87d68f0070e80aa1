# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Bağışlayın, bunu başa düşmədim. Başqa sözlərlə deyə bilərsinizmi?
misunderstood-twice = Hələ də başa düşmürəm. Bir neçə sadə sözlə yenidən cəhd edin və ya əməkdaşla danışmaq istədiyinizi bildirin.
misunderstood-twice-no-person = Hələ də başa düşmürəm. Zəhmət olmasa, bir neçə sadə sözlə yenidən cəhd edin.
words-wanted = Təşəkkür edirəm, onu aldım. Amma mən yalnız mətn oxuya bilirəm: söhbət nədən gedir?
cancelled = Oldu, ləğv etdim. Sizə daha nə ilə kömək edə bilərəm?
nothing-to-cancel = Oldu. Sizə nə ilə kömək edə bilərəm?
switched = Oldu.
denied = Oldu, onda bunu etmirik.
corrected = Oldu, dəyişdim.
started-over = Gəlin yenidən başlayaq. Sizə necə kömək edə bilərəm?
nothing-to-repeat = Hələ heç nə deməmişəm. Sizə necə kömək edə bilərəm?
language-changed = Bundan sonra azərbaycanca.
language-name = Azərbaycanca
languages-spoken = Yalnız bu dillərdə cavab verə bilirəm: { $languages }.

cancel-words = ləğv et | ləğv edin | legv et | ləğv | imtina | imtina edirəm | dayan | dayandır | dayandırın | stop | bəsdir | unut | unudun | unut getsin | vacib deyil | önəmli deyil | lazım deyil | qalsın | boş ver
start-over-words = yenidən başla | yenidən başlayaq | yenidən başlayın | əvvəldən | evvelden | əvvəldən başla | əvvəldən başlayaq | başdan başla | başdan | sıfırdan | əvvələ qayıt | sıfırla
repeat-words = təkrar et | təkrar edin | təkrarla | tekrar et | təkrar edə bilərsiniz | təkrar edə bilərsən | bir daha | bir daha de | bir daha deyin | yenə de | bir də de | nə dedin | nə dediniz | necə | bağışlayın nə dediniz
person-words = insan | bir insan | real insan | həqiqi insan | canlı insan | adam | operator | operatorla | bir operator | əməkdaş | emekdas | əməkdaşla | bir əməkdaş | nümayəndə | mütəxəssis | müştəri xidməti | müştəri xidmətləri | canlı dəstək | kimsə | insanla danışmaq | operatorla danışmaq | əməkdaşla danışmaq | insanla danışmaq istəyirəm | bir insanla danışmaq istəyirəm | operatorla danışmaq istəyirəm | operatorla danismaq isteyirem | əməkdaşla danışmaq istəyirəm | kiminləsə danışmaq istəyirəm | real insanla danışmaq istəyirəm | insanla danışa bilərəm | operatorla danışa bilərəm | kiminləsə danışa bilərəm | əməkdaşla danışa bilərəm | mənə operator lazımdır | mənə insan lazımdır | operatora qoş | operatora bağla | məni operatora yönləndirin | məni operatora qoşun
correct-words = yox | əslində | demək istəyirdim | demək istədim | yəni | bağışlayın demək istədim | düzəliş | gözlə | gözləyin | o yox | daha doğrusu | səhv etdim
yes-words = bəli | beli | hə | he | bəli zəhmət olmasa | əlbəttə | elbette | təbii ki | olar | oldu | ok | okey | yaxşı | yaxsi | doğru | düzdür | duzdur | tam doğru | mütləq | razıyam | istəyirəm | 👍
no-words = yox | xeyr | yox sağ ol | yox sağ olun | xeyr təşəkkürlər | istəmirəm | olmaz | heç vaxt | səhv | yanlış | düz deyil | əsla | qətiyyən | razı deyiləm | heç də | 👎
polite-words = zəhmət olmasa | xahiş edirəm | indi | onda | ah
thanks-words = təşəkkürlər | təşəkkür edirəm | sağ olun | çox sağ olun
language-words = azərbaycanca | azerbaijani | azərbaycan dili | azərbaycan dilində | azərbaycanca zəhmət olmasa | azərbaycan dilində zəhmət olmasa | azərbaycanca danışırsınız
greeting-words = salam | salam əleyküm | sabahınız xeyir | hər vaxtınız xeyir | axşamınız xeyir | sağ ol | hələlik | görüşərik | gecəniz xeyrə qalsın
unknown-words = bilmirəm | məndə yoxdur | tapmıram | tapa bilmirəm | itirmişəm | unutmuşam | yadımda deyil

## Trouble

apology = Bağışlayın, bizim tərəfdə nəsə səhv getdi.
busy = Bir an, zəhmət olmasa. Hələ yoxlayıram.
busy-full = Hələ yoxlayıram və o vaxta qədər başqa heç nə qəbul edə bilmirəm. Zəhmət olmasa, bir azdan yenidən deyin.
handing-over = Sizi əməkdaşa yönləndirirəm. Ən qısa zamanda sizə cavab veriləcək.
handoff-withdrawn = Oldu, kiminsə gəlməsinə ehtiyac yoxdur. Yenidən xidmətinizdəyəm.
nobody-came = Təəssüf ki, boş əməkdaş yox idi. Yenidən xidmətinizdəyəm.

## Documents

source = Mənbə: { $source }

## Buttons

button-choose = Seç
button-more = Daha çox
button-answer = Cavab ver

## Questions of rate

rate-question = Nə dərəcədə razısınız, 1 (qətiyyən) ilə 5 (çox) arasında?
rate-invalid = Zəhmət olmasa, 1-dən 5-ə qədər rəqəmlə cavab verin.
rate-thanks = Rəyiniz üçün təşəkkür edirik!

## Answers that do not fit

way-out = Buna cavab verə bilmirsinizsə, bunları da yaza bilərsiniz: { $words }.
invalid-text = Zəhmət olmasa, sözlə cavab verin.
invalid-text-short = Zəhmət olmasa, ən azı { $min } simvol yazın.
invalid-text-long = Zəhmət olmasa, ən çoxu { $max } simvol yazın.
invalid-number = Zəhmət olmasa, rəqəmlə cavab verin, məsələn 3.
invalid-number-several = Zəhmət olmasa, yalnız bir rəqəm.
invalid-number-small = Rəqəm ən azı { $min } olmalıdır.
invalid-number-large = Rəqəm ən çoxu { $max } ola bilər.
invalid-number-whole = Zəhmət olmasa, tam ədədlə cavab verin.
invalid-email = Bu, e-poçt ünvanına oxşamır. Belə olmalıdır: ad@numune.az.
invalid-phone = Bu, telefon nömrəsinə oxşamır. Belə olmalıdır: +994 12 345 67 89.
invalid-date = Zəhmət olmasa, tarixlə cavab verin, məsələn 24.12.2026.
invalid-date-none = Təqvimdə belə bir gün yoxdur.
invalid-date-early = Tarix { $min } tarixindən əvvəl ola bilməz.
invalid-date-late = Tarix { $max } tarixindən sonra ola bilməz.
invalid-time = Zəhmət olmasa, saatla cavab verin, məsələn 19:30.
invalid-time-early = Vaxt { $min } vaxtından əvvəl ola bilməz.
invalid-time-late = Vaxt { $max } vaxtından sonra ola bilməz.
invalid-choice = Zəhmət olmasa, bunlardan birini seçin: { $options }.
invalid-regex = Bu, gözlənilən formada deyil. Zəhmət olmasa, yenidən cəhd edin.
invalid-file = Zəhmət olmasa, fayl göndərin.
invalid-file-type = Bu növ faylı qəbul edə bilmirəm. Zəhmət olmasa, bunlardan birini göndərin: { $types }.
invalid-file-large = Fayl çox böyükdür. Ən çoxu { $max } ola bilər.
invalid-yes-no = Zəhmət olmasa, bəli və ya xeyr cavabını verin.

## Formats

date-format = %d.%m.%Y
number-format = 1.234,5

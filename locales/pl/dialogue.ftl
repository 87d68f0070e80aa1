# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Przepraszam, nie rozumiem. Czy można to powiedzieć inaczej?
misunderstood-twice = Nadal nie rozumiem. Proszę spróbować jeszcze raz w kilku prostych słowach albo poprosić o rozmowę z człowiekiem.
misunderstood-twice-no-person = Nadal nie rozumiem. Proszę spróbować jeszcze raz w kilku prostych słowach.
words-wanted = Dziękuję, to dotarło. Potrafię jednak czytać tylko tekst: o co chodzi?
cancelled = Dobrze, anulowano. W czym jeszcze mogę pomóc?
nothing-to-cancel = Dobrze. W czym mogę pomóc?
switched = Dobrze.
denied = Dobrze, w takim razie nie.
corrected = Dobrze, zmieniono.
started-over = Zacznijmy od nowa. W czym mogę pomóc?
nothing-to-repeat = Jeszcze nic nie zostało powiedziane. W czym mogę pomóc?
language-changed = Od teraz po polsku.
language-name = Polski
languages-spoken = Mogę odpowiadać tylko w tych językach: { $languages }.

cancel-words = anuluj | anulować | anuluj to | przerwij | stop | zatrzymaj | zapomnij | zapomnij o tym | nieważne | niewazne | nie ważne | daj spokój | zostaw to | już nic | rezygnuję | rezygnuje | wycofaj | anulujmy | przerwać | przerwij to | przerwijmy | dajmy spokój | zostawmy to | zmieniłem zdanie | zmieniłam zdanie | rozmyśliłem się | rozmyśliłam się
start-over-words = od nowa | zacznij od nowa | zacznijmy od nowa | od początku | od poczatku | zacznij od początku | jeszcze raz od początku | restart | reset | powrót do początku | wróć do początku | zacząć od nowa | zacznij jeszcze raz | zacznijmy jeszcze raz | zacznijmy od początku | zacząć od początku
repeat-words = powtórz | powtorz | powtórz proszę | proszę powtórzyć | powtórz to | jeszcze raz | jeszcze raz proszę | możesz powtórzyć | czy możesz powtórzyć | może pan powtórzyć | co powiedziałeś | co mówisz | słucham | co proszę | że co | powtórzyć | możesz to powtórzyć | czy możesz to powtórzyć | może pani powtórzyć | czy może pan powtórzyć | czy może pani powtórzyć | czy mógłby pan powtórzyć | czy mogłaby pani powtórzyć | mógłbyś powtórzyć | mogłabyś powtórzyć | powiedz to jeszcze raz | powiedz jeszcze raz
person-words = człowiek | czlowiek | z człowiekiem | prawdziwy człowiek | żywy człowiek | osoba | prawdziwa osoba | konsultant | konsultantka | konsultanta | z konsultantem | poproszę konsultanta | proszę konsultanta | połącz z konsultantem | proszę połączyć z konsultantem | pracownik | z pracownikiem | obsługa klienta | biuro obsługi klienta | rozmowa z człowiekiem | rozmowa z konsultantem | rozmawiać z człowiekiem | chcę rozmawiać z człowiekiem | chce rozmawiac z czlowiekiem | chcę rozmawiać z konsultantem | chcę porozmawiać z człowiekiem | chcę porozmawiać z konsultantem | chcę porozmawiać z kimś | chciałbym porozmawiać z konsultantem | chciałabym porozmawiać z konsultantem | chciałbym rozmawiać z człowiekiem | czy mogę porozmawiać z człowiekiem | czy mogę rozmawiać z konsultantem | mogę porozmawiać z kimś | potrzebuję konsultanta | daj mi człowieka | połącz mnie z człowiekiem
correct-words = nie | właściwie | w zasadzie | miałem na myśli | miałam na myśli | chodziło mi o | to znaczy | przepraszam chodziło mi o | poprawka | czekaj | chwila | nie to | raczej | zmień to na | zmień na | proszę zmienić na | proszę zmienić to na | zmieńmy na | niech będzie | przepraszam
yes-words = tak | t | no tak | tak proszę | jasne | pewnie | oczywiście | ok | okej | okay | dobra | dobrze | zgoda | zgadza się | dokładnie | racja | prawda | poproszę | jak najbardziej | zdecydowanie | 👍
no-words = nie | n | nie dziękuję | nie dzięki | nie nie | niezbyt | nie bardzo | nigdy | źle | nieprawda | fałsz | błędnie | wcale nie | raczej nie | w żadnym wypadku | absolutnie nie | 👎
polite-words = proszę | prosze | po prostu | jednak | właściwie | wlasciwie | teraz | no | oj | och | ach | hm | przepraszam
thanks-words = dziękuję | dziekuje | dzięki | dzieki | dziękuję bardzo | bardzo dziękuję | wielkie dzięki
language-words = polski | polish | po polsku | po polsku proszę | proszę po polsku | czy mówisz po polsku | czy mówi pan po polsku | możemy po polsku
greeting-words = cześć | dzień dobry | witam | hej | dobry wieczór | siema | witajcie | do widzenia | na razie | pa | żegnam | dobranoc
unknown-words = nie wiem | nie mam | nie znam | nie mogę znaleźć | nie znalazłem | nie znalazłam | nie znajduję | nie pamiętam | nie mam pojęcia | zgubiłem | zgubiłam | zapomniałem | zapomniałam | nie jestem pewien | nie jestem pewna | nie dostałem | nie dostałam | nie posiadam | bez pojęcia

## Trouble

apology = Przepraszamy, coś poszło nie tak po naszej stronie.
busy = Chwileczkę, jeszcze to sprawdzam.
busy-full = Jeszcze to sprawdzam i do tego czasu nie mogę przyjąć niczego więcej. Proszę powtórzyć za chwilę.
handing-over = Przekazuję rozmowę człowiekowi. Ktoś odezwie się najszybciej, jak to możliwe.
handoff-withdrawn = Dobrze, nikt nie musi przychodzić. Znów jestem do dyspozycji.
nobody-came = Niestety nikt nie mógł przejąć rozmowy. Znów jestem do dyspozycji.

## Documents

source = Źródło: { $source }

## Buttons

button-choose = Wybierz
button-more = Więcej
button-answer = Odpowiedz

## Questions of rate

rate-question = Jak ocenia Pan/Pani nasz kontakt, od 1 (bardzo źle) do 5 (bardzo dobrze)?
rate-invalid = Proszę odpowiedzieć liczbą od 1 do 5.
rate-thanks = Dziękujemy za opinię!

## Answers that do not fit

way-out = W razie trudności z odpowiedzią można też napisać: { $words }.
invalid-text = Proszę odpowiedzieć słowami.
invalid-text-short =
    { $min ->
        [one] Proszę wpisać co najmniej { $min } znak.
        [few] Proszę wpisać co najmniej { $min } znaki.
        [many] Proszę wpisać co najmniej { $min } znaków.
        *[other] Proszę wpisać co najmniej { $min } znaku.
    }
invalid-text-long =
    { $max ->
        [one] Proszę wpisać najwyżej { $max } znak.
        [few] Proszę wpisać najwyżej { $max } znaki.
        [many] Proszę wpisać najwyżej { $max } znaków.
        *[other] Proszę wpisać najwyżej { $max } znaku.
    }
invalid-number = Proszę odpowiedzieć liczbą, na przykład 3.
invalid-number-several = Proszę podać tylko jedną liczbę.
invalid-number-small = Liczba musi wynosić co najmniej { $min }.
invalid-number-large = Liczba może wynosić najwyżej { $max }.
invalid-number-whole = Proszę odpowiedzieć liczbą całkowitą.
invalid-email = To nie wygląda na adres e-mail. Powinien wyglądać jak imie@przyklad.pl.
invalid-phone = To nie wygląda na numer telefonu. Powinien wyglądać jak +48 22 123 45 67.
invalid-date = Proszę odpowiedzieć datą, na przykład 24.12.2026.
invalid-date-none = Takiego dnia nie ma w kalendarzu.
invalid-date-early = Data nie może być wcześniejsza niż { $min }.
invalid-date-late = Data nie może być późniejsza niż { $max }.
invalid-time = Proszę podać godzinę, na przykład 19:30.
invalid-time-early = Godzina nie może być wcześniejsza niż { $min }.
invalid-time-late = Godzina nie może być późniejsza niż { $max }.
invalid-choice = Proszę wybrać jedną z opcji: { $options }.
invalid-regex = To nie ma oczekiwanej postaci. Proszę spróbować jeszcze raz.
invalid-file = Proszę wysłać plik.
invalid-file-type = Nie mogę przyjąć pliku tego rodzaju. Proszę wysłać jeden z: { $types }.
invalid-file-large = Plik jest za duży. Może mieć najwyżej { $max }.
invalid-yes-no = Proszę odpowiedzieć tak lub nie.

## Formats

date-format = %d.%m.%Y
number-format = 1 234,5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Prepáčte, tomu som nerozumel. Môžete to povedať inými slovami?
misunderstood-twice = Stále nerozumiem. Skúste to, prosím, znova niekoľkými jednoduchými slovami alebo požiadajte o človeka.
misunderstood-twice-no-person = Stále nerozumiem. Skúste to, prosím, znova niekoľkými jednoduchými slovami.
words-wanted = Ďakujem, dostal som to. Viem však čítať len text: o čo ide?
cancelled = Dobre, zrušené. S čím ďalším môžem pomôcť?
nothing-to-cancel = Dobre. S čím môžem pomôcť?
switched = Dobre.
denied = Dobre, tak nie.
corrected = Dobre, zmenené.
started-over = Začnime odznova. Ako môžem pomôcť?
nothing-to-repeat = Zatiaľ som nič nepovedal. Ako môžem pomôcť?
language-changed = Odteraz po slovensky.
language-name = Slovenčina
languages-spoken = Viem odpovedať len v týchto jazykoch: { $languages }.

cancel-words = zrušiť | zrus | zruš | zruš to | zrušte to | storno | stop | prestaň | prestaňte | koniec | zabudni na to | zabudnite na to | to je jedno | nevadí | nechaj to | nechajte to | už nič | nič
start-over-words = odznova | od začiatku | od zaciatku | začať odznova | začni odznova | začnime odznova | začať od začiatku | reštart | restart | reštartovať | späť na začiatok | ešte raz od začiatku
repeat-words = zopakovať | zopakuj | zopakuj to | zopakujte | zopakujte to | zopakujte to prosím | opakuj | opakujte | ešte raz | este raz | ešte raz prosím | môžete to zopakovať | môžeš to zopakovať | čo ste hovorili | čo si povedal | čože | prosím
person-words = človek | clovek | človeka | živý človek | skutočný človek | s človekom | osoba | skutočná osoba | operátor | operátora | operátorka | s operátorom | pracovník | zákaznícka podpora | zákaznícky servis | hovoriť s človekom | hovoriť s operátorom | hovoriť s niekým | chcem človeka | chcem operátora | chcem hovoriť s človekom | chcem hovoriť s operátorom | chcem hovoriť s niekým | chcem hovoriť so živým človekom | chcel by som hovoriť s človekom | chcela by som hovoriť s človekom | chcel by som hovoriť s operátorom | chcela by som hovoriť s operátorom | môžem hovoriť s človekom | môžem hovoriť s operátorom | môžem hovoriť s niekým | potrebujem operátora | potrebujem hovoriť s človekom | prepojte ma | prepojte ma na operátora | spojte ma s operátorom | spojte ma s človekom
correct-words = nie | vlastne | myslel som | myslela som | chcel som povedať | chcela som povedať | teda | prepáčte myslel som | oprava | počkaj | počkajte | to nie | skôr | radšej
yes-words = áno | ano | a | hej | jasné | iste | určite | samozrejme | ok | okej | dobre | áno prosím | presne | presne tak | správne | pravda | súhlasím | súhlas | rozhodne | môže byť | 👍
no-words = nie | n | nie ďakujem | nie vďaka | nie nie | ani nie | vôbec nie | nikdy | zle | nesprávne | nie je to pravda | radšej nie | rozhodne nie | v žiadnom prípade | nechcem | 👎
polite-words = prosím | prosim | prosím vás | len | vlastne | teraz | tak | no | oh | aha | prepáčte
thanks-words = ďakujem | dakujem | vďaka | ďakujem pekne
language-words = slovenčina | slovak | slovensky | po slovensky | po slovensky prosím | slovensky prosím | v slovenčine | hovoríte po slovensky
greeting-words = ahoj | dobrý deň | dobré ráno | dobrý večer | čau | zdravím | dovidenia | do videnia | zbohom | dobrú noc
unknown-words = neviem | nemám | neviem nájsť | nemôžem nájsť | nenašiel som | nenašla som | stratil som | stratila som | zabudol som | zabudla som | nemám tušenie | nepamätám

## Trouble

apology = Ospravedlňujeme sa, na našej strane sa niečo nepodarilo.
busy = Okamih, prosím. Ešte to zisťujem.
busy-full = Ešte to zisťujem a dovtedy nemôžem prijať nič ďalšie. Povedzte to, prosím, o chvíľu znova.
handing-over = Odovzdávam vás človeku. Niekto sa vám ozve čo najskôr.
handoff-withdrawn = Dobre, nikto nemusí prísť. Som tu opäť pre vás.
nobody-came = Bohužiaľ, nikto nemal čas konverzáciu prevziať. Som tu opäť pre vás.

## Documents

source = Zdroj: { $source }

## Buttons

button-choose = Vybrať
button-more = Ďalšie
button-answer = Odpovedať

## Questions of rate

rate-question = Ako ste spokojní, od 1 (vôbec) do 5 (veľmi)?
rate-invalid = Odpovedzte, prosím, číslom od 1 do 5.
rate-thanks = Ďakujeme za spätnú väzbu!

## Answers that do not fit

way-out = Ak to neviete, môžete napísať aj: { $words }.
invalid-text = Odpovedzte, prosím, slovami.
invalid-text-short =
    { $min ->
        [one] Napíšte, prosím, aspoň { $min } znak.
        [few] Napíšte, prosím, aspoň { $min } znaky.
        [many] Napíšte, prosím, aspoň { $min } znaku.
        *[other] Napíšte, prosím, aspoň { $min } znakov.
    }
invalid-text-long =
    { $max ->
        [one] Napíšte, prosím, najviac { $max } znak.
        [few] Napíšte, prosím, najviac { $max } znaky.
        [many] Napíšte, prosím, najviac { $max } znaku.
        *[other] Napíšte, prosím, najviac { $max } znakov.
    }
invalid-number = Odpovedzte, prosím, číslom, napríklad 3.
invalid-number-several = Len jedno číslo, prosím.
invalid-number-small = Číslo musí byť aspoň { $min }.
invalid-number-large = Číslo smie byť najviac { $max }.
invalid-number-whole = Odpovedzte, prosím, celým číslom.
invalid-email = To nevyzerá ako e-mailová adresa. Mala by vyzerať ako meno@priklad.sk.
invalid-phone = To nevyzerá ako telefónne číslo. Malo by vyzerať ako +421 2 123 456 78.
invalid-date = Odpovedzte, prosím, dátumom, napríklad 24. 12. 2026.
invalid-date-none = Taký deň v kalendári nie je.
invalid-date-early = Dátum nesmie byť skôr ako { $min }.
invalid-date-late = Dátum nesmie byť neskôr ako { $max }.
invalid-time = Odpovedzte, prosím, časom, napríklad 19:30.
invalid-time-early = Čas nesmie byť skôr ako { $min }.
invalid-time-late = Čas nesmie byť neskôr ako { $max }.
invalid-choice = Vyberte, prosím, jednu z možností: { $options }.
invalid-regex = To nemá očakávanú podobu. Skúste to, prosím, znova.
invalid-file = Pošlite, prosím, súbor.
invalid-file-type = Súbor tohto typu nemôžem prijať. Pošlite, prosím, jeden z týchto: { $types }.
invalid-file-large = Súbor je príliš veľký. Smie mať najviac { $max }.
invalid-yes-no = Odpovedzte, prosím, áno alebo nie.

## Formats

date-format = %-d. %-m. %Y
number-format = 1 234,5

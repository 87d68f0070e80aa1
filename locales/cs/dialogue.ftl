# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Promiňte, tomu jsem nerozuměl. Můžete to říct jinými slovy?
misunderstood-twice = Stále nerozumím. Zkuste to prosím znovu několika jednoduchými slovy, nebo požádejte o člověka.
misunderstood-twice-no-person = Stále nerozumím. Zkuste to prosím znovu několika jednoduchými slovy.
words-wanted = Děkuji, dostal jsem to. Umím ale číst jen text: o co jde?
cancelled = Dobře, zrušeno. S čím dalším mohu pomoci?
nothing-to-cancel = Dobře. S čím mohu pomoci?
switched = Dobře.
denied = Dobře, tak ne.
corrected = Dobře, změněno.
started-over = Začněme znovu. Jak mohu pomoci?
nothing-to-repeat = Zatím jsem nic neřekl. Jak mohu pomoci?
language-changed = Odteď česky.
language-name = Čeština
languages-spoken = Umím odpovídat jen v těchto jazycích: { $languages }.

cancel-words = zrušit | zruš | zruš to | zrušte to | storno | stop | přestaň | přestaňte | konec | zapomeň na to | zapomeňte na to | to je jedno | nevadí | nech to být | nechte to být | nic | už nic
start-over-words = znovu od začátku | od začátku | začít znovu | začni znovu | začněme znovu | začít od začátku | restart | restartovat | zpět na začátek | úplně od začátku | ještě jednou od začátku
repeat-words = zopakovat | zopakuj | zopakuj to | zopakujte | zopakujte to | zopakujte to prosím | opakuj | opakujte | ještě jednou | ještě jednou prosím | můžete to zopakovat | můžeš to zopakovat | co jste říkal | co jsi říkal | cože | prosím
person-words = člověk | člověka | živý člověk | skutečný člověk | s člověkem | osoba | skutečná osoba | operátor | operátora | operátorka | s operátorem | pracovník | zákaznická podpora | zákaznický servis | mluvit s člověkem | mluvit s operátorem | mluvit s někým | chci mluvit s člověkem | chci člověka | chci operátora | chci mluvit s operátorem | chci mluvit s někým | chci mluvit s živým člověkem | chtěl bych mluvit s člověkem | chtěla bych mluvit s člověkem | chtěl bych mluvit s operátorem | chtěla bych mluvit s operátorem | můžu mluvit s člověkem | mohu mluvit s člověkem | můžu mluvit s operátorem | mohu mluvit s někým | potřebuji mluvit s člověkem | potřebuji operátora | přepojte mě | přepojte mě na operátora | spojte mě s operátorem | spojte mě s člověkem
correct-words = ne | vlastně | myslel jsem | myslela jsem | chtěl jsem říct | chtěla jsem říct | teda | promiňte myslel jsem | oprava | počkej | počkejte | to ne | spíš | spíše
yes-words = ano | a | jo | jojo | jasně | jasný | jistě | určitě | samozřejmě | ok | okej | dobře | dobrá | ano prosím | přesně | přesně tak | správně | pravda | souhlasím | souhlas | rozhodně | může být | 👍
no-words = ne | n | ne děkuji | ne díky | nene | ani ne | vůbec ne | nikdy | špatně | nesprávně | není pravda | raději ne | radši ne | rozhodně ne | v žádném případě | nechci | 👎
polite-words = prosím | prosim | prosím vás | jen | vlastně | vlastne | teď | ted | tak | no | oh | aha | pardon | promiňte
thanks-words = děkuji | dekuji | děkuju | díky | diky | mockrát děkuji
language-words = čeština | czech | česky | v češtině | česky prosím | v češtině prosím | mluvíte česky | můžeme česky
greeting-words = ahoj | dobrý den | dobré ráno | dobrý večer | čau | zdravím | nazdar | na shledanou | nashledanou | sbohem | dobrou noc
unknown-words = nevím | nemám | nemůžu najít | nemohu najít | nenašel jsem | nenašla jsem | ztratil jsem | ztratila jsem | zapomněl jsem | zapomněla jsem | netuším | nepamatuji

## Trouble

apology = Omlouváme se, na naší straně se něco nepovedlo.
busy = Okamžik, prosím. Ještě to zjišťuji.
busy-full = Ještě to zjišťuji a do té doby nemohu přijmout nic dalšího. Řekněte to prosím za chvíli znovu.
handing-over = Předávám vás člověku. Někdo se vám ozve co nejdříve.
handoff-withdrawn = Dobře, nikdo nemusí přijít. Jsem tu zase pro vás.
nobody-came = Bohužel neměl nikdo čas konverzaci převzít. Jsem tu zase pro vás.

## Documents

source = Zdroj: { $source }

## Buttons

button-choose = Vybrat
button-more = Další
button-answer = Odpovědět

## Questions of rate

rate-question = Jak jste spokojeni, od 1 (vůbec) do 5 (velmi)?
rate-invalid = Odpovězte prosím číslem od 1 do 5.
rate-thanks = Děkujeme za zpětnou vazbu!

## Answers that do not fit

way-out = Pokud to nevíte, můžete také napsat: { $words }.
invalid-text = Odpovězte prosím slovy.
invalid-text-short =
    { $min ->
        [one] Napište prosím alespoň { $min } znak.
        [few] Napište prosím alespoň { $min } znaky.
        [many] Napište prosím alespoň { $min } znaku.
        *[other] Napište prosím alespoň { $min } znaků.
    }
invalid-text-long =
    { $max ->
        [one] Napište prosím nejvýše { $max } znak.
        [few] Napište prosím nejvýše { $max } znaky.
        [many] Napište prosím nejvýše { $max } znaku.
        *[other] Napište prosím nejvýše { $max } znaků.
    }
invalid-number = Odpovězte prosím číslem, například 3.
invalid-number-several = Jen jedno číslo, prosím.
invalid-number-small = Číslo musí být alespoň { $min }.
invalid-number-large = Číslo smí být nejvýše { $max }.
invalid-number-whole = Odpovězte prosím celým číslem.
invalid-email = To nevypadá jako e-mailová adresa. Měla by vypadat jako jmeno@priklad.cz.
invalid-phone = To nevypadá jako telefonní číslo. Mělo by vypadat jako +420 224 123 456.
invalid-date = Odpovězte prosím datem, například 24. 12. 2026.
invalid-date-none = Takový den v kalendáři není.
invalid-date-early = Datum nesmí být dříve než { $min }.
invalid-date-late = Datum nesmí být později než { $max }.
invalid-time = Odpovězte prosím časem, například 19:30.
invalid-time-early = Čas nesmí být dříve než { $min }.
invalid-time-late = Čas nesmí být později než { $max }.
invalid-choice = Vyberte prosím jednu z možností: { $options }.
invalid-regex = To nemá očekávanou podobu. Zkuste to prosím znovu.
invalid-file = Pošlete prosím soubor.
invalid-file-type = Soubor tohoto typu nemohu přijmout. Pošlete prosím jeden z těchto: { $types }.
invalid-file-large = Soubor je příliš velký. Smí mít nejvýše { $max }.
invalid-yes-no = Odpovězte prosím ano, nebo ne.

## Formats

date-format = %-d. %-m. %Y
number-format = 1 234,5

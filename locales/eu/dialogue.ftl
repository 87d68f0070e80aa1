# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Barkatu, ez dut ulertu. Esan dezakezu beste hitz batzuekin?
misunderstood-twice = Oraindik ez dut ulertzen. Saiatu berriro hitz erraz gutxi batzuekin, edo eskatu pertsona batekin hitz egitea.
misunderstood-twice-no-person = Oraindik ez dut ulertzen. Saiatu berriro hitz erraz gutxi batzuekin, mesedez.
words-wanted = Eskerrik asko, jaso dut. Hala ere, testua baino ezin dut irakurri: zeri buruzkoa da?
cancelled = Ados, bertan behera utzi dut. Zertan gehiago lagun zaitzaket?
nothing-to-cancel = Ados. Zertan lagun zaitzaket?
switched = Ados.
denied = Ados, orduan ez.
corrected = Ados, aldatu dut.
started-over = Has gaitezen berriro. Zertan lagun zaitzaket?
nothing-to-repeat = Oraindik ez dut ezer esan. Zertan lagun zaitzaket?
language-changed = Hemendik aurrera, euskaraz.
language-name = Euskara
languages-spoken = Hizkuntza hauetan bakarrik erantzun dezaket: { $languages }.

cancel-words = utzi | utzi bertan behera | bertan behera utzi | ezeztatu | ezeztatu hori | gelditu | gelditu hori | stop | nahikoa | ahaztu | ahaztu hori | ahaztu ezazu | berdin dio | berdin da | ez du axola | utzi pakean | ez da behar
start-over-words = berriro hasi | hasi berriro | has gaitezen berriro | hasieratik | hasieratik hasi | zerotik hasi | zerotik | berrabiarazi | itzuli hasierara | hasierara itzuli
repeat-words = errepikatu | errepikatu hori | errepikatu mesedez | errepika dezakezu | esan berriro | berriro esan | berriro | beste behin | beste behin mesedez | zer esan duzu | zer diozu | barkatu zer esan duzu | nola
person-words = pertsona | pertsona bat | benetako pertsona | benetako pertsona bat | gizaki | gizaki bat | agente | agente bat | langile | langile bat | operadore | operadore bat | norbait | bezeroarentzako arreta | bezeroarentzako zerbitzua | pertsona batekin hitz egin | norbaitekin hitz egin | agente batekin hitz egin | langile batekin hitz egin | pertsona bat nahi dut | agente bat nahi dut | pertsona batekin hitz egin nahi dut | norbaitekin hitz egin nahi dut | gizaki batekin hitz egin nahi dut | agente batekin hitz egin nahi dut | langile batekin hitz egin nahi dut | pertsona batekin hitz egin nahiko nuke | norbaitekin hitz egin nahiko nuke | pertsona batekin hitz egin dezaket | norbaitekin hitz egin dezaket | agente batekin hitz egin dezaket | pertsona bat behar dut | norbaitekin hitz egin behar dut | pasatu pertsona batekin
correct-words = ez | egia esan | esan nahi nuen | esan nahi dut | barkatu esan nahi nuen | zuzenketa | itxaron | hori ez | baizik eta | hobeto esanda | oker nabil
yes-words = bai | b | bai bai | bai mesedez | bai noski | noski | jakina | ados | ok | ondo | zuzena | zuzen | hori da | hala da | egia | egia da | zalantzarik gabe | konforme | aurrera | 👍
no-words = ez | e | ez eskerrik asko | ez ez | ez benetan | inoiz ez | sekula ez | okerra | oker | gezurra | inola ere ez | batere ez | hobe ez | ez nago ados | 👎
polite-words = mesedez | orain | orduan | beno | egia esan | barkatu
thanks-words = eskerrik asko | mila esker | eskerrak
language-words = euskara | basque | euskaraz | euskaraz mesedez | mesedez euskaraz | euskaraz hitz egin dezakegu | euskaraz badakizu
greeting-words = kaixo | egun on | arratsalde on | gabon | aupa | epa | agur | gero arte | ikusi arte
unknown-words = ez dakit | ez daukat | ez dut | ez dut aurkitzen | galdu dut | ahaztu zait | ez naiz gogoratzen

## Trouble

apology = Barkatu, gure aldetik arazo bat izan da.
busy = Une bat, mesedez. Oraindik begiratzen ari naiz.
busy-full = Oraindik begiratzen ari naiz eta bitartean ezin dut beste ezer hartu. Esan berriro une bat barru, mesedez.
handing-over = Pertsona batekin jarriko zaitut. Norbaitek lehenbailehen erantzungo dizu.
handoff-withdrawn = Ados, ez du inork etorri behar. Hemen naiz berriro zuri laguntzeko.
nobody-came = Sentitzen dut, ez zegoen inor libre. Hemen naiz berriro zuri laguntzeko.

## Documents

source = Iturria: { $source }

## Buttons

button-choose = Aukeratu
button-more = Gehiago
button-answer = Erantzun

## Questions of rate

rate-question = Zein da zure gogobetetze-maila, 1etik (batere ez) 5era (asko)?
rate-invalid = Erantzun 1etik 5era bitarteko zenbaki batekin, mesedez.
rate-thanks = Eskerrik asko zure iritziagatik!

## Answers that do not fit

way-out = Ezin baduzu erantzun, hau ere idatz dezakezu: { $words }.
invalid-text = Erantzun hitzekin, mesedez.
invalid-text-short =
    { $min ->
        [one] Idatzi gutxienez karaktere bat ({ $min }), mesedez.
        *[other] Idatzi gutxienez { $min } karaktere, mesedez.
    }
invalid-text-long =
    { $max ->
        [one] Idatzi gehienez karaktere bat ({ $max }), mesedez.
        *[other] Idatzi gehienez { $max } karaktere, mesedez.
    }
invalid-number = Erantzun zenbaki batekin, adibidez 3.
invalid-number-several = Zenbaki bakarra, mesedez.
invalid-number-small = Zenbakiak gutxienez { $min } izan behar du.
invalid-number-large = Zenbakiak gehienez { $max } izan behar du.
invalid-number-whole = Erantzun zenbaki oso batekin, mesedez.
invalid-email = Horrek ez dirudi helbide elektroniko bat. Honelakoa izan beharko luke: izena@adibidea.eus.
invalid-phone = Horrek ez dirudi telefono-zenbaki bat. Honelakoa izan beharko luke: +34 943 12 34 56.
invalid-date = Erantzun data batekin, adibidez 2026/12/24.
invalid-date-none = Egun hori ez dago egutegian.
invalid-date-early = Data ezin da { $min } baino lehenagokoa izan.
invalid-date-late = Data ezin da { $max } baino geroagokoa izan.
invalid-time = Erantzun ordu batekin, adibidez 19:30.
invalid-time-early = Ordua ezin da { $min } baino lehenagokoa izan.
invalid-time-late = Ordua ezin da { $max } baino geroagokoa izan.
invalid-choice = Aukeratu hauetako bat: { $options }.
invalid-regex = Horrek ez du espero nuen forma. Saiatu berriro, mesedez.
invalid-file = Bidali fitxategi bat, mesedez.
invalid-file-type = Ezin dut mota honetako fitxategirik hartu. Bidali hauetako bat: { $types }.
invalid-file-large = Fitxategia handiegia da. Gehienez { $max } izan dezake.
invalid-yes-no = Erantzun bai edo ez, mesedez.

## Formats

date-format = %Y/%m/%d
number-format = 1.234,5

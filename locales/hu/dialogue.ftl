# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Elnézést, ezt nem értettem. El tudná mondani másképp?
misunderstood-twice = Még mindig nem értem. Kérem, próbálja újra néhány egyszerű szóval, vagy kérjen munkatársat.
misunderstood-twice-no-person = Még mindig nem értem. Kérem, próbálja újra néhány egyszerű szóval.
words-wanted = Köszönöm, megkaptam. De csak szöveget tudok olvasni: miről van szó?
cancelled = Rendben, ezt megszakítottam. Miben segíthetek még?
nothing-to-cancel = Rendben. Miben segíthetek?
switched = Rendben.
denied = Rendben, akkor nem.
corrected = Rendben, módosítottam.
started-over = Kezdjük elölről. Miben segíthetek?
nothing-to-repeat = Még nem mondtam semmit. Miben segíthetek?
language-changed = Mostantól magyarul.
language-name = Magyar
languages-spoken = Csak ezeken a nyelveken tudok válaszolni: { $languages }.

cancel-words = mégse | megse | mégsem | megsem | törlés | töröld | lemondom | állj | stop | hagyd abba | hagyja abba | elég | felejtsd el | felejtse el | mindegy | nem érdekes | nem számít | hagyjuk | hagyd
start-over-words = elölről | elolrol | kezdjük elölről | kezdd elölről | kezdje elölről | kezdjük újra | újrakezdés | újrakezdem | kezdés elölről | vissza az elejére | az elejéről | újraindítás | előröl
repeat-words = ismételd | ismételje | ismételd meg | ismételje meg | ismételje meg kérem | megismételnéd | megismételné | újra | még egyszer | meg egyszer | még egyszer kérem | mit mondtál | mit mondott | tessék | hogy mondta | hogyan
person-words = ember | egy ember | emberrel | egy emberrel | élő ember | valódi ember | igazi ember | személy | munkatárs | munkatársat | egy munkatárs | ügyintéző | ügyintézőt | ügyintézőt kérek | ugyintezo | egy ügyintéző | operátor | ügyfélszolgálat | ugyfelszolgalat | valaki | emberrel szeretnék beszélni | egy emberrel szeretnék beszélni | élő emberrel szeretnék beszélni | emberrel akarok beszélni | ügyintézővel szeretnék beszélni | ügyintézővel akarok beszélni | munkatárssal szeretnék beszélni | valakivel szeretnék beszélni | szeretnék beszélni valakivel | szeretnék beszélni egy emberrel | szeretnék egy ügyintézővel beszélni | beszélhetek valakivel | beszélhetek egy emberrel | beszélhetek egy ügyintézővel | beszélhetnék valakivel | kapcsoljon egy ügyintézőt | kapcsolja az ügyfélszolgálatot | adjon egy embert
correct-words = nem | valójában | igazából | úgy értem | úgy értettem | azt akartam mondani | bocsánat úgy értettem | javítás | helyesbítek | várj | várjon | nem az | inkább | tévedtem
yes-words = igen | i | ja | aha | persze | hogyne | ok | oké | oke | rendben | jó | jól van | igen kérem | pontosan | így van | helyes | igaz | természetesen | naná | mindenképp | legyen | 👍
no-words = nem | n | nem köszönöm | nem kösz | nem igazán | soha | rossz | téves | nem igaz | egyáltalán nem | inkább nem | semmiképp | dehogy | dehogyis | nem jó | 👎
polite-words = kérem | kérlek | legyen szíves | légy szíves | légyszi | csak | inkább | most | akkor | hát | ó | bocsánat
thanks-words = köszönöm | köszi | köszönöm szépen | nagyon köszönöm
language-words = magyar | hungarian | magyarul | magyarul kérem | kérem magyarul | magyarul legyen szíves | beszél magyarul | lehet magyarul
greeting-words = szia | sziasztok | helló | jó napot | jó napot kívánok | jó reggelt | jó estét | üdv | üdvözlöm | viszlát | viszontlátásra | heló
unknown-words = nem tudom | nincs meg | nincs nálam | nincsen meg | nem találom | fogalmam sincs | elvesztettem | elveszítettem | elfelejtettem | nem emlékszem

## Trouble

apology = Elnézést, nálunk valami hiba történt.
busy = Egy pillanat, kérem. Még utánanézek.
busy-full = Még utánanézek, és addig nem tudok mást fogadni. Kérem, mondja el újra egy kicsit később.
handing-over = Átadom Önt egy munkatársunknak. Valaki a lehető leghamarabb válaszol.
handoff-withdrawn = Rendben, senkinek sem kell jönnie. Ismét én állok rendelkezésére.
nobody-came = Sajnos senki sem tudta átvenni a beszélgetést. Ismét én állok rendelkezésére.

## Documents

source = Forrás: { $source }

## Buttons

button-choose = Választás
button-more = Továbbiak
button-answer = Válasz

## Questions of rate

rate-question = Mennyire elégedett, 1-től (egyáltalán nem) 5-ig (nagyon)?
rate-invalid = Kérem, 1 és 5 közötti számmal válaszoljon.
rate-thanks = Köszönjük a visszajelzést!

## Answers that do not fit

way-out = Ha erre nem tud válaszolni, ezt is írhatja: { $words }.
invalid-text = Kérem, szavakkal válaszoljon.
invalid-text-short = Kérem, írjon legalább { $min } karaktert.
invalid-text-long = Kérem, írjon legfeljebb { $max } karaktert.
invalid-number = Kérem, számmal válaszoljon, például 3.
invalid-number-several = Kérem, csak egy számot írjon.
invalid-number-small = A szám legalább { $min } legyen.
invalid-number-large = A szám legfeljebb { $max } lehet.
invalid-number-whole = Kérem, egész számmal válaszoljon.
invalid-email = Ez nem tűnik e-mail-címnek. Így kell kinéznie: nev@pelda.hu.
invalid-phone = Ez nem tűnik telefonszámnak. Így kell kinéznie: +36 1 234 5678.
invalid-date = Kérem, dátummal válaszoljon, például 2026. 12. 24.
invalid-date-none = Ilyen nap nincs a naptárban.
invalid-date-early = A dátum nem lehet korábbi, mint { $min }
invalid-date-late = A dátum nem lehet későbbi, mint { $max }
invalid-time = Kérem, időponttal válaszoljon, például 19:30.
invalid-time-early = Az időpont nem lehet korábbi, mint { $min }.
invalid-time-late = Az időpont nem lehet későbbi, mint { $max }.
invalid-choice = Kérem, válasszon ezek közül: { $options }.
invalid-regex = Ez nem a várt formájú. Kérem, próbálja újra.
invalid-file = Kérem, küldjön egy fájlt.
invalid-file-type = Ilyen típusú fájlt nem tudok fogadni. Kérem, küldjön ezek közül egyet: { $types }.
invalid-file-large = A fájl túl nagy. Legfeljebb { $max } lehet.
invalid-yes-no = Kérem, igennel vagy nemmel válaszoljon.

## Formats

date-format = %Y. %m. %d.
number-format = 1 234,5

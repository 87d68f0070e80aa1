# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Afsakið, ég skildi þetta ekki. Geturðu orðað þetta öðruvísi?
misunderstood-twice = Ég skil þetta ekki enn. Reyndu aftur með fáum einföldum orðum eða biddu um að fá að tala við manneskju.
misunderstood-twice-no-person = Ég skil þetta ekki enn. Reyndu aftur með fáum einföldum orðum.
words-wanted = Takk, ég hef fengið þetta. Ég get þó aðeins lesið texta: um hvað snýst þetta?
cancelled = Allt í lagi, ég hætti við þetta. Hvað fleira get ég gert fyrir þig?
nothing-to-cancel = Allt í lagi. Hvað get ég gert fyrir þig?
switched = Allt í lagi.
denied = Allt í lagi, þá sleppum við því.
corrected = Allt í lagi, ég breytti þessu.
started-over = Byrjum upp á nýtt. Hvernig get ég hjálpað?
nothing-to-repeat = Ég hef ekki sagt neitt enn. Hvernig get ég hjálpað?
language-changed = Héðan í frá á íslensku.
language-name = Íslenska
languages-spoken = Ég get aðeins svarað á þessum tungumálum: { $languages }.

cancel-words = hætta við | haetta vid | hættu við | hætta | hættu | stopp | stoppa | stöðva | gleymdu þessu | gleymdu því | skiptir ekki máli | skiptir engu | sama er mér | slepptu þessu | ekki lengur | hættum við
start-over-words = byrja upp á nýtt | byrjum upp á nýtt | byrja aftur | byrjum aftur | frá byrjun | frá upphafi | upp á nýtt | endurræsa | aftur á byrjun | núllstilla
repeat-words = endurtaka | endurtaktu | endurtaktu þetta | endurtaktu takk | geturðu endurtekið | geturðu endurtekið þetta | segðu þetta aftur | aftur | einu sinni enn | aftur takk | hvað sagðirðu | hvað sagðir þú | ha | afsakið
person-words = manneskja | manneskju | alvöru manneskja | alvöru manneskju | maður | einstaklingur | starfsmaður | starfsmann | starfsmann takk | þjónustufulltrúi | þjónustufulltrúa | þjónustuver | einhver | einhvern | tala við manneskju | tala við starfsmann | tala við einhvern | tala við þjónustufulltrúa | ég vil manneskju | ég vil tala við manneskju | ég vil tala við starfsmann | ég vil tala við einhvern | ég vil tala við þjónustufulltrúa | mig langar að tala við manneskju | mig langar að tala við einhvern | ég vil fá að tala við manneskju | get ég talað við manneskju | get ég talað við einhvern | get ég talað við starfsmann | get ég fengið að tala við manneskju | má ég tala við manneskju | má ég tala við einhvern | ég þarf að tala við einhvern | gefðu mér samband við starfsmann | gefðu mér samband við manneskju
correct-words = nei | reyndar | í rauninni | ég meinti | ég átti við | afsakið ég meinti | leiðrétting | bíddu | ekki þetta | heldur | öllu heldur | ég ruglaðist
yes-words = já | j | jamm | jú | jebb | já takk | endilega | auðvitað | að sjálfsögðu | ok | okei | allt í lagi | í lagi | einmitt | rétt | það er rétt | satt | nákvæmlega | klárlega | sammála | 👍
no-words = nei | n | nei takk | neibb | ekki beint | ekki alveg | aldrei | rangt | vitlaust | alls ekki | ekki satt | síður | helst ekki | ekki sammála | 👎
polite-words = vinsamlegast | takk fyrir | bara | eiginlega | núna | þá | jæja | æ | afsakið
thanks-words = takk | takk kærlega | kærar þakkir | þakka þér fyrir
language-words = íslenska | icelandic | á íslensku | á íslensku takk | íslensku takk | talar þú íslensku | talið þið íslensku
greeting-words = halló | hæ | sæl | sæll | góðan dag | góðan daginn | góða kvöldið | hæ hæ | bless | bless bless | vertu sæl | góða nótt
unknown-words = veit ekki | veit það ekki | er ekki með | hef ekki | finn ekki | finn það ekki | engin hugmynd | týndi | gleymdi | man ekki

## Trouble

apology = Afsakið, eitthvað fór úrskeiðis hjá okkur.
busy = Augnablik. Ég er enn að athuga þetta.
busy-full = Ég er enn að athuga þetta og get ekki tekið við meiru á meðan. Segðu þetta aftur eftir smástund.
handing-over = Ég gef þér samband við manneskju. Einhver svarar þér eins fljótt og hægt er.
handoff-withdrawn = Allt í lagi, enginn þarf að koma. Ég er aftur til staðar fyrir þig.
nobody-came = Því miður var enginn laus til að taka við. Ég er aftur til staðar fyrir þig.

## Documents

source = Heimild: { $source }

## Buttons

button-choose = Velja
button-more = Meira
button-answer = Svara

## Questions of rate

rate-question = Hversu ánægð(ur) ertu, frá 1 (alls ekki) til 5 (mjög)?
rate-invalid = Svaraðu með tölu frá 1 til 5.
rate-thanks = Takk fyrir ábendinguna!

## Answers that do not fit

way-out = Ef þú getur ekki svarað geturðu líka skrifað: { $words }.
invalid-text = Svaraðu með orðum.
invalid-text-short =
    { $min ->
        [one] Skrifaðu að minnsta kosti { $min } staf.
        *[other] Skrifaðu að minnsta kosti { $min } stafi.
    }
invalid-text-long =
    { $max ->
        [one] Skrifaðu í mesta lagi { $max } staf.
        *[other] Skrifaðu í mesta lagi { $max } stafi.
    }
invalid-number = Svaraðu með tölu, til dæmis 3.
invalid-number-several = Aðeins eina tölu, takk.
invalid-number-small = Talan þarf að vera að minnsta kosti { $min }.
invalid-number-large = Talan má vera í mesta lagi { $max }.
invalid-number-whole = Svaraðu með heilli tölu.
invalid-email = Þetta lítur ekki út eins og netfang. Það ætti að líta svona út: nafn@daemi.is.
invalid-phone = Þetta lítur ekki út eins og símanúmer. Það ætti að líta svona út: +354 512 3456.
invalid-date = Svaraðu með dagsetningu, til dæmis 24.12.2026.
invalid-date-none = Þessi dagur er ekki til í dagatalinu.
invalid-date-early = Dagsetningin má ekki vera fyrir { $min }.
invalid-date-late = Dagsetningin má ekki vera eftir { $max }.
invalid-time = Svaraðu með tímasetningu, til dæmis 19:30.
invalid-time-early = Tímasetningin má ekki vera fyrir { $min }.
invalid-time-late = Tímasetningin má ekki vera eftir { $max }.
invalid-choice = Veldu eitt af þessu: { $options }.
invalid-regex = Þetta er ekki á því formi sem ég bjóst við. Reyndu aftur.
invalid-file = Sendu skrá, takk.
invalid-file-type = Ég get ekki tekið við skrá af þessari gerð. Sendu eina af þessum: { $types }.
invalid-file-large = Skráin er of stór. Hún má vera í mesta lagi { $max }.
invalid-yes-no = Svaraðu já eða nei.

## Formats

date-format = %-d.%-m.%Y
number-format = 1.234,5

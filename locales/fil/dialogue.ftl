# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Paumanhin, hindi ko po naintindihan. Maaari po bang sabihin sa ibang salita?
misunderstood-twice = Hindi ko pa rin po naiintindihan. Pakisubukan ulit gamit ang ilang simpleng salita, o humiling na makausap ang isang tao.
misunderstood-twice-no-person = Hindi ko pa rin po naiintindihan. Pakisubukan ulit gamit ang ilang simpleng salita.
words-wanted = Salamat po, natanggap ko na iyan. Pero teksto lang po ang nababasa ko: tungkol saan po ito?
cancelled = Sige po, kinansela ko na. Ano pa po ang maitutulong ko?
nothing-to-cancel = Sige po. Ano po ang maitutulong ko?
switched = Sige po.
denied = Sige po, hindi na po natin gagawin iyon.
corrected = Sige po, binago ko na.
started-over = Magsimula po tayo ulit. Paano po ako makakatulong?
nothing-to-repeat = Wala pa po akong nasasabi. Paano po ako makakatulong?
language-changed = Mula ngayon, sa Filipino na po.
language-name = Filipino
languages-spoken = Sa mga wikang ito lang po ako makasasagot: { $languages }.

cancel-words = kanselahin | kanselahin mo | cancel | i-cancel | i-cancel mo | pakicancel | pa-cancel | itigil | itigil mo | tigil | tama na | stop | huwag na | wag na | huwag na lang | wag na lang | hayaan mo na | kalimutan mo na | hindi na | ayoko na
start-over-words = magsimula ulit | simulan ulit | simulan muli | umpisahan ulit | mula sa simula | mula sa umpisa | ulit mula sa simula | start over | restart | balik sa simula | reset
repeat-words = ulitin | ulitin mo | pakiulit | paki ulit | pakiulit po | ulitin mo nga | isa pa | isa pang beses | ulit | ano ulit | ano po | ano sabi mo | ano ang sinabi mo | ano yun | pardon | repeat
person-words = tao | totoong tao | tunay na tao | isang tao | ahente | agent | live agent | human | kinatawan | representative | customer service | operator | staff | makipag-usap sa tao | makausap ang tao | makausap ang isang tao | makausap ang ahente | gusto ko ng tao | gusto ko ng totoong tao | gusto kong makausap ang tao | gusto kong makausap ang isang tao | gusto kong makipag-usap sa tao | gusto kong makausap ang agent | gusto kong makipag-usap sa agent | gusto ko makausap ang tao | gusto ko po makausap ang agent | pwede bang makausap ang tao | pwede ba makausap ang tao | pwede bang makausap ang agent | pwede po bang makausap ang tao | maaari ba akong makipag-usap sa tao | maaari bang makausap ang isang tao | kailangan ko ng tao | kailangan kong makausap ang tao | ikonekta mo ako sa agent | paki-connect sa agent | talk to a person | talk to agent
correct-words = hindi | actually | ang ibig kong sabihin | ibig kong sabihin | i mean | sorry ang ibig kong sabihin | pagtatama | teka | sandali | hindi iyon | hindi yun | kundi | mali pala
yes-words = oo | opo | oho | oo nga | oo naman | opo naman | oo pakiusap | sige | sige po | sige na | ok | okay | okey | syempre | siyempre | tama | tama po | totoo | gusto ko | yes | yes po | yup | g | game | 👍
no-words = hindi | hindi po | hinde | di | hindi na salamat | hindi salamat | ayaw | ayoko | ayaw ko | mali | mali po | hindi tama | hindi kailanman | hindi talaga | wag | no | no po | nope | 👎
polite-words = pakiusap | paki | po | na | na lang | lang | ngayon | pasensya na
thanks-words = salamat | salamat po | maraming salamat | maraming salamat po
language-words = filipino | tagalog | sa filipino | sa tagalog | tagalog po | sa tagalog po | filipino po | marunong ka bang mag tagalog
greeting-words = kumusta | kamusta | hello po | hi po | magandang araw | magandang umaga | magandang hapon | magandang gabi | paalam | babay | bye po
unknown-words = hindi ko alam | di ko alam | wala ako | wala po ako | hindi ko mahanap | di ko mahanap | nawala ko | nakalimutan ko | hindi ko maalala

## Trouble

apology = Paumanhin, may nangyaring mali sa panig namin.
busy = Sandali lang po. Tinitingnan ko pa.
busy-full = Tinitingnan ko pa po at hindi muna ako makakatanggap ng iba. Pakisabi ulit maya-maya.
handing-over = Ipinapasa ko po kayo sa isang tao. May tutulong po sa inyo sa lalong madaling panahon.
handoff-withdrawn = Sige po, hindi na kailangang may pumunta. Narito po ulit ako para sa inyo.
nobody-came = Paumanhin, walang bakanteng makakatulong. Narito po ulit ako para sa inyo.

## Documents

source = Pinagmulan: { $source }

## Buttons

button-choose = Pumili
button-more = Higit pa
button-answer = Sumagot

## Questions of rate

rate-question = Gaano po kayo nasiyahan, mula 1 (hindi talaga) hanggang 5 (lubos)?
rate-invalid = Pakisagot gamit ang numero mula 1 hanggang 5.
rate-thanks = Salamat po sa inyong puna!

## Answers that do not fit

way-out = Kung hindi po ninyo masagot, maaari rin ninyong isulat: { $words }.
invalid-text = Pakisagot gamit ang mga salita.
invalid-text-short = Pakisulat ng hindi bababa sa { $min } karakter.
invalid-text-long = Pakisulat ng hindi hihigit sa { $max } karakter.
invalid-number = Pakisagot gamit ang numero, halimbawa 3.
invalid-number-several = Isang numero lang po.
invalid-number-small = Ang numero ay dapat hindi bababa sa { $min }.
invalid-number-large = Ang numero ay dapat hindi hihigit sa { $max }.
invalid-number-whole = Pakisagot gamit ang buong numero.
invalid-email = Mukhang hindi iyan email address. Dapat ay katulad ng pangalan@halimbawa.ph.
invalid-phone = Mukhang hindi iyan numero ng telepono. Dapat ay katulad ng +63 2 1234 5678.
invalid-date = Pakisagot gamit ang petsa, halimbawa 2026-12-24.
invalid-date-none = Walang ganoong araw sa kalendaryo.
invalid-date-early = Ang petsa ay hindi dapat mas maaga sa { $min }.
invalid-date-late = Ang petsa ay hindi dapat lampas sa { $max }.
invalid-time = Pakisagot gamit ang oras, halimbawa 19:30.
invalid-time-early = Ang oras ay hindi dapat mas maaga sa { $min }.
invalid-time-late = Ang oras ay hindi dapat lampas sa { $max }.
invalid-choice = Pumili po ng isa sa mga ito: { $options }.
invalid-regex = Wala iyan sa inaasahang anyo. Pakisubukan ulit.
invalid-file = Pakipadala ang isang file.
invalid-file-type = Hindi ko po matatanggap ang ganitong uri ng file. Magpadala ng isa sa mga ito: { $types }.
invalid-file-large = Masyadong malaki ang file. Hanggang { $max } lang po.
invalid-yes-no = Pakisagot ng oo o hindi.

## Formats

date-format = %Y-%m-%d
number-format = 1,234.5

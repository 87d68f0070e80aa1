# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Gabh mo leithscéal, níor thuig mé é sin. An féidir leat é a rá ar bhealach eile?
misunderstood-twice = Ní thuigim fós. Bain triail eile as le cúpla focal simplí, nó iarr labhairt le duine.
misunderstood-twice-no-person = Ní thuigim fós. Bain triail eile as le cúpla focal simplí, le do thoil.
words-wanted = Go raibh maith agat, fuair mé é sin. Ní féidir liom ach téacs a léamh, áfach: cad faoi a bhfuil sé?
cancelled = Ceart go leor, chuir mé é sin ar ceal. Cad eile is féidir liom a dhéanamh duit?
nothing-to-cancel = Ceart go leor. Cad is féidir liom a dhéanamh duit?
switched = Ceart go leor.
denied = Ceart go leor, ní dhéanfar é mar sin.
corrected = Ceart go leor, d'athraigh mé é sin.
started-over = Tosaímis arís. Conas is féidir liom cabhrú leat?
nothing-to-repeat = Ní dúirt mé aon rud fós. Conas is féidir liom cabhrú leat?
language-changed = As Gaeilge as seo amach.
language-name = Gaeilge
languages-spoken = Ní féidir liom freagra a thabhairt ach sna teangacha seo: { $languages }.

cancel-words = cealaigh | cealaigh é | cealaigh é sin | cuir ar ceal | stop | stad | stop é | éirigh as | fág é | fág uait é | dearmad air | déan dearmad air | is cuma | ná bac | ná bac leis | cancel
start-over-words = tosaigh arís | tosaigh as an nua | tosaímis arís | tús arís | ón tús | ón tús arís | arís ón tús | atosaigh | athshocraigh | ar ais go dtí an tús
repeat-words = abair arís | abair arís é | abair é sin arís | arís | arís le do thoil | athrá | an féidir leat é a rá arís | uair amháin eile | cad a dúirt tú | céard a dúirt tú | gabh mo leithscéal | cad é sin
person-words = duine | duine éigin | duine le do thoil | fíordhuine | duine daonna | gníomhaire | oibreoir | ionadaí | seirbhís do chustaiméirí | labhair le duine | labhairt le duine | labhairt le duine éigin | labhairt le gníomhaire | ba mhaith liom labhairt le duine | ba mhaith liom labhairt le duine éigin | ba mhaith liom labhairt le gníomhaire | ba mhaith liom caint le duine | teastaíonn duine uaim | tá duine uaim | tá duine de dhíth orm | an féidir liom labhairt le duine | an féidir liom labhairt le duine éigin | an féidir liom labhairt le gníomhaire | an bhféadfainn labhairt le duine | lig dom labhairt le duine | cuir mé i dteagmháil le duine | human | agent | real person
correct-words = ní hea | níl | i ndáiríre | bhí i gceist agam | is éard a bhí i gceist agam | gabh mo leithscéal bhí i gceist agam | ceartú | fan | fan nóiméad | ní hé sin | ach | rinne mé botún
yes-words = sea | is ea | tá | tá sé | cinnte | go cinnte | ceart | ceart go leor | maith go leor | ok | go díreach | gan amhras | ar ndóigh | fíor | is fíor | sea le do thoil | déan | ba mhaith | yes | 👍
no-words = ní hea | níl | ní | ná déan | níl go raibh maith agat | ní hea go raibh maith agat | go raibh maith agat ach níl | mícheart | bréagach | riamh | ar chor ar bith | in aon chor | b'fhearr gan | níor mhaith | no | 👎
polite-words = le do thoil | más é do thoil é | anois | mar sin | bhuel | ó | gabh mo leithscéal
thanks-words = go raibh maith agat | go raibh maith agaibh | grma
language-words = gaeilge | irish | as gaeilge | as gaeilge le do thoil | gaeilge le do thoil | an bhfuil gaeilge agat
greeting-words = dia duit | dia dhuit | dia daoibh | haigh | maidin mhaith | tráthnóna maith | slán | slán leat | slán go fóill
unknown-words = níl a fhios agam | níl sé agam | níl agam | ní féidir liom teacht air | chaill mé | rinne mé dearmad | ní cuimhin liom

## Trouble

apology = Gabh ár leithscéal, chuaigh rud éigin amú ar ár dtaobh.
busy = Nóiméad amháin, le do thoil. Tá mé fós á lorg.
busy-full = Tá mé fós á lorg agus ní féidir liom a thuilleadh a ghlacadh go dtí sin. Abair é sin arís i gceann nóiméid, le do thoil.
handing-over = Tá mé ag cur ar aghaidh chuig duine thú. Beidh duine éigin leat a luaithe is féidir.
handoff-withdrawn = Ceart go leor, ní gá d'aon duine teacht. Tá mé anseo duit arís.
nobody-came = Is oth liom nach raibh aon duine saor. Tá mé anseo duit arís.

## Documents

source = Foinse: { $source }

## Buttons

button-choose = Roghnaigh
button-more = Tuilleadh
button-answer = Freagair

## Questions of rate

rate-question = Cé chomh sásta is atá tú, ó 1 (gan a bheith sásta) go 5 (an-sásta)?
rate-invalid = Freagair le huimhir ó 1 go 5, le do thoil.
rate-thanks = Go raibh maith agat as d'aiseolas!

## Answers that do not fit

way-out = Mura féidir leat é sin a fhreagairt, is féidir leat scríobh freisin: { $words }.
invalid-text = Freagair i bhfocail, le do thoil.
invalid-text-short =
    { $min ->
        [one] Scríobh ar a laghad { $min } charachtar, le do thoil.
        [two] Scríobh ar a laghad { $min } charachtar, le do thoil.
        [few] Scríobh ar a laghad { $min } charachtar, le do thoil.
        [many] Scríobh ar a laghad { $min } gcarachtar, le do thoil.
        *[other] Scríobh ar a laghad { $min } carachtar, le do thoil.
    }
invalid-text-long =
    { $max ->
        [one] Scríobh ar a mhéad { $max } charachtar, le do thoil.
        [two] Scríobh ar a mhéad { $max } charachtar, le do thoil.
        [few] Scríobh ar a mhéad { $max } charachtar, le do thoil.
        [many] Scríobh ar a mhéad { $max } gcarachtar, le do thoil.
        *[other] Scríobh ar a mhéad { $max } carachtar, le do thoil.
    }
invalid-number = Freagair le huimhir, mar shampla 3.
invalid-number-several = Uimhir amháin, le do thoil.
invalid-number-small = Caithfidh an uimhir a bheith { $min } ar a laghad.
invalid-number-large = Caithfidh an uimhir a bheith { $max } ar a mhéad.
invalid-number-whole = Freagair le slánuimhir, le do thoil.
invalid-email = Ní cosúil gur seoladh ríomhphoist é sin. Ba chóir go mbeadh cuma ainm@sampla.ie air.
invalid-phone = Ní cosúil gur uimhir theileafóin í sin. Ba chóir go mbeadh cuma +353 1 234 5678 uirthi.
invalid-date = Freagair le dáta, mar shampla 24/12/2026.
invalid-date-none = Níl a leithéid de lá san fhéilire.
invalid-date-early = Ní féidir leis an dáta a bheith roimh { $min }.
invalid-date-late = Ní féidir leis an dáta a bheith i ndiaidh { $max }.
invalid-time = Freagair le ham, mar shampla 19:30.
invalid-time-early = Ní féidir leis an am a bheith roimh { $min }.
invalid-time-late = Ní féidir leis an am a bheith i ndiaidh { $max }.
invalid-choice = Roghnaigh ceann acu seo: { $options }.
invalid-regex = Níl an fhoirm sin mar a bhíothas ag súil léi. Bain triail eile as.
invalid-file = Seol comhad, le do thoil.
invalid-file-type = Ní féidir liom comhad den chineál seo a ghlacadh. Seol ceann acu seo: { $types }.
invalid-file-large = Tá an comhad rómhór. Ní féidir leis a bheith níos mó ná { $max }.
invalid-yes-no = Freagair le sea nó ní hea, le do thoil.

## Formats

date-format = %d/%m/%Y
number-format = 1,234.5

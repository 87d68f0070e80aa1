# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Desculpe, non o entendín. Pode dicilo con outras palabras?
misunderstood-twice = Aínda non o entendo. Ténteo de novo con poucas palabras sinxelas ou pida falar cunha persoa.
misunderstood-twice-no-person = Aínda non o entendo. Ténteo de novo con poucas palabras sinxelas, por favor.
words-wanted = Grazas, recibino. Pero só podo ler texto: de que se trata?
cancelled = De acordo, cancelei iso. En que máis o podo axudar?
nothing-to-cancel = De acordo. En que o podo axudar?
switched = De acordo.
denied = De acordo, entón non.
corrected = De acordo, cambiei iso.
started-over = Comecemos de novo. En que o podo axudar?
nothing-to-repeat = Aínda non dixen nada. En que o podo axudar?
language-changed = A partir de agora, en galego.
language-name = Galego
languages-spoken = Só podo responder nestas linguas: { $languages }.

cancel-words = cancelar | cancela | cancele | cancela iso | cancélao | anular | anula | para | parar | abonda | stop | esquéceo | esqueceo | esqueza | déixao | deixao | déixao estar | tanto ten | dá igual | non importa | xa non fai falla
start-over-words = comezar de novo | comezar outra vez | comecemos de novo | empezar de novo | volver empezar | desde o principio | dende o principio | desde cero | dende cero | reiniciar | volver ao inicio
repeat-words = repetir | repite | repita | repíteo | repite por favor | repita por favor | podes repetir | pode repetir | outra vez | unha vez máis | como | que dixeches | que dixo | perdón | dío outra vez
person-words = persoa | unha persoa | persoa real | unha persoa real | humano | un humano | axente | un axente | asesor | un asesor | operador | un operador | operadora | alguén | alguén real | atención ao cliente | falar cunha persoa | falar con alguén | falar cun humano | falar cun axente | quero unha persoa | quero un axente | quero falar cunha persoa | quero falar con alguén | quero falar cun humano | quero falar cun axente | quero falar cun operador | quería falar cunha persoa | quería falar con alguén | gustaríame falar cunha persoa | gustaríame falar con alguén | necesito falar cunha persoa | necesito falar con alguén | podo falar cunha persoa | podo falar con alguén | podo falar cun axente | páseme cunha persoa | pásame cun axente
correct-words = non | en realidade | quería dicir | quixen dicir | quero dicir | perdón quería dicir | corrección | espera | espere | iso non | máis ben | mellor dito | equivoqueime
yes-words = si | s | sip | claro | claro que si | vale | ok | de acordo | por suposto | correcto | exacto | iso é | certo | si por favor | desde logo | seguro | adiante | 👍
no-words = non | n | non grazas | nada | para nada | en absoluto | nunca | xamais | incorrecto | falso | de ningún xeito | claro que non | mellor non | 👎
polite-words = por favor | pois | entón | agora | bo | en realidade | oh | ah | perdón | síntoo
thanks-words = grazas | moitas grazas
language-words = galego | galician | en galego | en galego por favor | galego por favor | fala galego | podemos falar en galego
greeting-words = ola | bo día | bos días | boas tardes | boas noites | boas | adeus | ata logo | deica logo
unknown-words = non sei | non o sei | non teño | non o teño | non a teño | non atopo | non o atopo | nin idea | perdín | esquecín | non lembro

## Trouble

apology = Sentímolo, houbo un problema pola nosa parte.
busy = Un momento, por favor. Aínda o estou consultando.
busy-full = Aínda o estou consultando e ata entón non podo atender nada máis. Repítao nun momento, por favor.
handing-over = Pásoo cunha persoa. Alguén o atenderá canto antes.
handoff-withdrawn = De acordo, non fai falla que veña ninguén. Volvo estar á súa disposición.
nobody-came = Síntoo, non había ninguén dispoñible. Volvo estar á súa disposición.

## Documents

source = Fonte: { $source }

## Buttons

button-choose = Escoller
button-more = Máis
button-answer = Responder

## Questions of rate

rate-question = Cal é o seu grao de satisfacción, de 1 (nada) a 5 (moito)?
rate-invalid = Responda cun número do 1 ao 5, por favor.
rate-thanks = Moitas grazas pola súa opinión!

## Answers that do not fit

way-out = Se non pode responder, tamén pode escribir: { $words }.
invalid-text = Responda con palabras, por favor.
invalid-text-short =
    { $min ->
        [one] Escriba como mínimo { $min } carácter, por favor.
        *[other] Escriba como mínimo { $min } caracteres, por favor.
    }
invalid-text-long =
    { $max ->
        [one] Escriba como máximo { $max } carácter, por favor.
        *[other] Escriba como máximo { $max } caracteres, por favor.
    }
invalid-number = Responda cun número, por exemplo 3.
invalid-number-several = Un só número, por favor.
invalid-number-small = O número debe ser como mínimo { $min }.
invalid-number-large = O número debe ser como máximo { $max }.
invalid-number-whole = Responda cun número enteiro, por favor.
invalid-email = Non parece un enderezo de correo electrónico. Debería ser como nome@exemplo.gal.
invalid-phone = Non parece un número de teléfono. Debería ser como +34 981 123 456.
invalid-date = Responda cunha data, por exemplo 24/12/2026.
invalid-date-none = Ese día non existe no calendario.
invalid-date-early = A data non pode ser anterior ao { $min }.
invalid-date-late = A data non pode ser posterior ao { $max }.
invalid-time = Responda cunha hora, por exemplo 19:30.
invalid-time-early = A hora non pode ser anterior ás { $min }.
invalid-time-late = A hora non pode ser posterior ás { $max }.
invalid-choice = Escolla unha destas opcións: { $options }.
invalid-regex = Non ten o formato agardado. Ténteo de novo, por favor.
invalid-file = Envíe un ficheiro, por favor.
invalid-file-type = Non podo aceptar un ficheiro deste tipo. Envíe un destes: { $types }.
invalid-file-large = O ficheiro é demasiado grande. Pode ter como máximo { $max }.
invalid-yes-no = Responda si ou non, por favor.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5

# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Disculpe, no le he entendido. ¿Puede decirlo con otras palabras?
misunderstood-twice = Sigo sin entenderlo. Inténtelo de nuevo con pocas palabras sencillas o pida hablar con una persona.
misunderstood-twice-no-person = Sigo sin entenderlo. Inténtelo de nuevo con pocas palabras sencillas, por favor.
words-wanted = Gracias, lo he recibido. Pero solo puedo leer texto: ¿de qué se trata?
cancelled = De acuerdo, lo he cancelado. ¿En qué más puedo ayudarle?
nothing-to-cancel = De acuerdo. ¿En qué puedo ayudarle?
switched = De acuerdo.
denied = De acuerdo, entonces no.
corrected = De acuerdo, lo he cambiado.
started-over = Empecemos de nuevo. ¿En qué puedo ayudarle?
nothing-to-repeat = Todavía no he dicho nada. ¿En qué puedo ayudarle?
language-changed = A partir de ahora, en español.
language-name = Español
languages-spoken = Solo puedo responder en estos idiomas: { $languages }.

cancel-words = cancelar | cancela | cancela eso | cancelalo | cancélalo | anular | anula | para | parar | basta | stop | olvídalo | olvidalo | olvídelo | déjalo | dejalo | déjelo | da igual | no importa | ya no | mejor no | cancelar eso | cancele | cancele eso | cancélelo | cancelelo | pare | dejémoslo | dejemoslo | déjalo estar | he cambiado de opinión | he cambiado de opinion | he cambiado de idea | cambié de opinión | cambié de idea
start-over-words = empezar de nuevo | empezar otra vez | empezamos de nuevo | volver a empezar | volvamos a empezar | desde el principio | desde cero | de cero | reiniciar | reinicia | comenzar de nuevo | volver al inicio | empecemos de nuevo | empieza de nuevo | empiece de nuevo | empecemos otra vez | vuelve a empezar | vuelva a empezar | comencemos de nuevo | quiero empezar de nuevo
repeat-words = repetir | repite | repita | repítelo | repítelo por favor | repite por favor | repita por favor | puedes repetir | puede repetir | puedes repetirlo | puede repetirlo | otra vez | otra vez por favor | cómo | como dices | qué has dicho | que has dicho | qué dijiste | que dijiste | perdón | podrías repetir | podría repetir | podrías repetirlo | podría repetirlo | me lo puedes repetir | me lo puede repetir | puedes repetir eso | puede repetir eso | repite eso | repita eso | repítalo | una vez más | dilo otra vez | dígalo otra vez
person-words = persona | una persona | humano | un humano | persona real | una persona real | humano real | agente | un agente | agente humano | asesor | un asesor | operador | operadora | un operador | alguien real | atención al cliente | hablar con una persona | hablar con alguien | hablar con un humano | hablar con un agente | hablar con un asesor | hablar con un operador | quiero una persona | quiero un agente | quiero hablar con una persona | quiero hablar con alguien | quiero hablar con un humano | quiero hablar con un agente | quiero hablar con un asesor | quisiera hablar con una persona | quisiera hablar con alguien | necesito hablar con una persona | necesito hablar con alguien | puedo hablar con una persona | puedo hablar con alguien | puedo hablar con un agente | me puede atender una persona | me atiende una persona | pásame con una persona | páseme con una persona | pasame con un agente | comuníqueme con un asesor
correct-words = no | en realidad | quería decir | queria decir | quise decir | quiero decir | perdón quería decir | corrección | espera | espere | eso no | más bien | mejor dicho | me equivoqué | cámbialo a | cambialo a | cámbiela a | cámbielo a | mejor | mejor que sean | que sean | que sea | perdón | perdon | lo siento
yes-words = sí | si | s | sip | claro | claro que sí | vale | ok | okay | okey | de acuerdo | por supuesto | correcto | exacto | eso es | cierto | sí por favor | si por favor | desde luego | seguro | adelante | dale | 👍
no-words = no | n | nop | nop gracias | no gracias | qué va | para nada | en absoluto | nunca | jamás | incorrecto | falso | no es correcto | de ninguna manera | claro que no | mejor no gracias | 👎
polite-words = por favor | porfavor | porfa | pues | entonces | ahora | bueno | en realidad | oh | ah | eh | perdón | perdon | lo siento
thanks-words = gracias | muchas gracias | mil gracias | muchísimas gracias
language-words = español | spanish | castellano | en español | en español por favor | por favor en español | español por favor | habla español | hablan español | podemos hablar en español
greeting-words = hola | buenos días | buenas tardes | buenas noches | buenas | buen día | qué tal | hola buenas | adiós | adios | hasta luego | hasta pronto | chao | chau
unknown-words = no sé | no lo sé | no se | no lo se | no tengo | no lo tengo | no la tengo | no encuentro | no lo encuentro | no la encuentro | no recuerdo | no me acuerdo | ni idea | no estoy seguro | no estoy segura | perdí | he perdido | olvidé | he olvidado | no dispongo | desconozco

## Trouble

apology = Lo sentimos, ha habido un problema por nuestra parte.
busy = Un momento, por favor. Todavía lo estoy consultando.
busy-full = Todavía lo estoy consultando y no puedo atender nada más hasta entonces. Repítalo en un momento, por favor.
handing-over = Le paso con una persona. Alguien le atenderá lo antes posible.
handoff-withdrawn = De acuerdo, no hace falta que venga nadie. Vuelvo a estar a su disposición.
nobody-came = Lo siento, no había nadie disponible para atenderle. Vuelvo a estar a su disposición.

## Documents

source = Fuente: { $source }

## Buttons

button-choose = Elegir
button-more = Más
button-answer = Responder

## Questions of rate

rate-question = ¿Cuál es su grado de satisfacción, de 1 (nada) a 5 (mucho)?
rate-invalid = Responda con un número del 1 al 5, por favor.
rate-thanks = ¡Muchas gracias por su opinión!

## Answers that do not fit

way-out = Si no puede responder, también puede escribir: { $words }.
invalid-text = Responda con palabras, por favor.
invalid-text-short =
    { $min ->
        [one] Escriba al menos { $min } carácter, por favor.
        [many] Escriba al menos { $min } de caracteres, por favor.
        *[other] Escriba al menos { $min } caracteres, por favor.
    }
invalid-text-long =
    { $max ->
        [one] Escriba como máximo { $max } carácter, por favor.
        [many] Escriba como máximo { $max } de caracteres, por favor.
        *[other] Escriba como máximo { $max } caracteres, por favor.
    }
invalid-number = Responda con un número, por ejemplo 3.
invalid-number-several = Un solo número, por favor.
invalid-number-small = El número debe ser como mínimo { $min }.
invalid-number-large = El número debe ser como máximo { $max }.
invalid-number-whole = Responda con un número entero, por favor.
invalid-email = No parece una dirección de correo electrónico. Debería ser como nombre@ejemplo.es.
invalid-phone = No parece un número de teléfono. Debería ser como +34 912 345 678.
invalid-date = Responda con una fecha, por ejemplo 24/12/2026.
invalid-date-none = Ese día no existe en el calendario.
invalid-date-early = La fecha no puede ser anterior al { $min }.
invalid-date-late = La fecha no puede ser posterior al { $max }.
invalid-time = Responda con una hora, por ejemplo 19:30.
invalid-time-early = La hora no puede ser anterior a las { $min }.
invalid-time-late = La hora no puede ser posterior a las { $max }.
invalid-choice = Elija una de estas opciones: { $options }.
invalid-regex = No tiene el formato esperado. Inténtelo de nuevo, por favor.
invalid-file = Envíe un archivo, por favor.
invalid-file-type = No puedo aceptar un archivo de este tipo. Envíe uno de estos: { $types }.
invalid-file-large = El archivo es demasiado grande. Puede tener como máximo { $max }.
invalid-yes-no = Responda sí o no, por favor.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5

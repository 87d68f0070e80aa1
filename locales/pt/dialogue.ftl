# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Desculpe, não percebi. Pode dizê-lo por outras palavras?
misunderstood-twice = Continuo sem perceber. Tente de novo com poucas palavras simples, ou peça para falar com uma pessoa.
misunderstood-twice-no-person = Continuo sem perceber. Tente de novo com poucas palavras simples, por favor.
words-wanted = Obrigado, recebi isso. Mas só consigo ler texto: de que se trata?
cancelled = Muito bem, cancelei. Em que mais posso ajudar?
nothing-to-cancel = Muito bem. Em que posso ajudar?
switched = Muito bem.
denied = Muito bem, então não.
corrected = Muito bem, já alterei.
started-over = Vamos começar de novo. Em que posso ajudar?
nothing-to-repeat = Ainda não disse nada. Em que posso ajudar?
language-changed = A partir de agora, em português.
language-name = Português
languages-spoken = Só posso responder nestas línguas: { $languages }.

cancel-words = cancelar | cancela | cancele | cancela isso | cancele isso | anular | anula | parar | para | pare | stop | esquece | esqueça | esquece isso | deixa estar | deixe estar | deixa lá | não importa | não interessa | cancelar isso | anular isso | pára | deixa isso | deixe isso | deixe lá | esqueça isso | mudei de ideias | mudei de ideia
start-over-words = começar de novo | recomeçar | recomeça | recomece | vamos recomeçar | do início | desde o início | do princípio | do zero | voltar ao início | reiniciar | começar do zero | começa de novo | comece de novo | vamos começar de novo | começar outra vez | começar do início | quero recomeçar | voltar ao princípio
repeat-words = repetir | repete | repita | repete por favor | repita por favor | pode repetir | podes repetir | pode repetir por favor | outra vez | mais uma vez | como | como disse | o que disse | o que disseste | desculpe | perdão | pode repetir isso | podes repetir isso | podia repetir | podias repetir | poderia repetir | repete isso | repita isso | diz outra vez | diga outra vez
person-words = pessoa | uma pessoa | humano | um humano | pessoa real | uma pessoa real | uma pessoa a sério | assistente | um assistente | operador | operadora | um operador | agente | um agente | alguém | apoio ao cliente | falar com uma pessoa | falar com alguém | falar com um humano | falar com um assistente | falar com um operador | quero uma pessoa | quero falar com uma pessoa | quero falar com alguém | quero falar com um assistente | quero falar com um operador | queria falar com uma pessoa | queria falar com alguém | gostaria de falar com uma pessoa | gostaria de falar com alguém | posso falar com uma pessoa | posso falar com alguém | posso falar com um assistente | preciso de falar com alguém | preciso de falar com uma pessoa | passe-me a uma pessoa | passe a um assistente
correct-words = não | na verdade | queria dizer | quis dizer | quero dizer | desculpe queria dizer | correção | espera | espere | isso não | ou melhor | aliás | enganei-me | mude para | altere para | troque para | pode mudar para | pode alterar para | melhor | desculpe | desculpa
yes-words = sim | s | claro | claro que sim | ok | okay | está bem | tá bem | certo | correto | exato | exatamente | isso mesmo | com certeza | sim por favor | sim obrigado | sim obrigada | pode ser | de acordo | é isso | força | 👍
no-words = não | nao | n | não obrigado | não obrigada | nem por isso | nunca | errado | falso | de modo nenhum | de maneira nenhuma | claro que não | nada disso | 👎
polite-words = por favor | se faz favor | faz favor | então | agora | bem | na verdade | afinal | oh | ah | desculpe | desculpa
thanks-words = obrigado | obrigada | muito obrigado | muito obrigada
language-words = português | portuguese | em português | em português por favor | português por favor | fala português | podemos falar em português
greeting-words = olá | oi | bom dia | boa tarde | boa noite | ola | viva | adeus | tchau | até logo | até breve
unknown-words = não sei | nao sei | não tenho | nao tenho | não o tenho | não encontro | nao encontro | não o encontro | não consigo encontrar | nao consigo encontrar | não me lembro | nao me lembro | não faço ideia | sem ideia | perdi | esqueci | não recebi | não tenho a certeza | desconheço

## Trouble

apology = Desculpe, algo correu mal do nosso lado.
busy = Um momento, por favor. Ainda estou a verificar.
busy-full = Ainda estou a verificar e até lá não posso receber mais nada. Por favor, repita daqui a um momento.
handing-over = Vou passar a conversa a uma pessoa. Alguém irá atendê-lo assim que possível.
handoff-withdrawn = Muito bem, não é preciso vir ninguém. Estou de novo à sua disposição.
nobody-came = Lamento, não havia ninguém disponível. Estou de novo à sua disposição.

## Documents

source = Fonte: { $source }

## Buttons

button-choose = Escolher
button-more = Mais
button-answer = Responder

## Questions of rate

rate-question = Qual é o seu grau de satisfação, de 1 (nada) a 5 (muito)?
rate-invalid = Responda com um número de 1 a 5, por favor.
rate-thanks = Obrigado pela sua opinião!

## Answers that do not fit

way-out = Se não puder responder, também pode escrever: { $words }.
invalid-text = Responda por palavras, por favor.
invalid-text-short =
    { $min ->
        [one] Escreva pelo menos { $min } carácter, por favor.
        [many] Escreva pelo menos { $min } de carateres, por favor.
        *[other] Escreva pelo menos { $min } carateres, por favor.
    }
invalid-text-long =
    { $max ->
        [one] Escreva no máximo { $max } carácter, por favor.
        [many] Escreva no máximo { $max } de carateres, por favor.
        *[other] Escreva no máximo { $max } carateres, por favor.
    }
invalid-number = Responda com um número, por exemplo 3.
invalid-number-several = Um só número, por favor.
invalid-number-small = O número tem de ser, no mínimo, { $min }.
invalid-number-large = O número pode ser, no máximo, { $max }.
invalid-number-whole = Responda com um número inteiro, por favor.
invalid-email = Isso não parece um endereço de e-mail. Deve ser parecido com nome@exemplo.pt.
invalid-phone = Isso não parece um número de telefone. Deve ser parecido com +351 21 234 5678.
invalid-date = Responda com uma data, por exemplo 24/12/2026.
invalid-date-none = Esse dia não existe no calendário.
invalid-date-early = A data não pode ser anterior a { $min }.
invalid-date-late = A data não pode ser posterior a { $max }.
invalid-time = Responda com uma hora, por exemplo 19:30.
invalid-time-early = A hora não pode ser anterior às { $min }.
invalid-time-late = A hora não pode ser posterior às { $max }.
invalid-choice = Escolha uma destas opções: { $options }.
invalid-regex = Isso não tem o formato esperado. Tente de novo, por favor.
invalid-file = Envie um ficheiro, por favor.
invalid-file-type = Não posso aceitar um ficheiro deste tipo. Envie um destes: { $types }.
invalid-file-large = O ficheiro é demasiado grande. Pode ter, no máximo, { $max }.
invalid-yes-no = Responda sim ou não, por favor.

## Formats

date-format = %d/%m/%Y
number-format = 1 234,5

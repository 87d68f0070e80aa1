# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Desculpe, não entendi. Você pode dizer isso com outras palavras?
misunderstood-twice = Ainda não entendi. Tente de novo com poucas palavras simples ou peça para falar com uma pessoa.
misunderstood-twice-no-person = Ainda não entendi. Tente de novo com poucas palavras simples, por favor.
words-wanted = Obrigado, recebi isso. Mas só consigo ler texto: do que se trata?
cancelled = Tudo bem, cancelei. No que mais posso ajudar você?
nothing-to-cancel = Tudo bem. Como posso ajudar você?
switched = Tudo bem.
denied = Tudo bem, então não.
corrected = Tudo bem, já alterei.
started-over = Vamos começar de novo. Como posso ajudar você?
nothing-to-repeat = Eu ainda não disse nada. Como posso ajudar você?
language-changed = A partir de agora, em português.
language-name = Português (Brasil)
languages-spoken = Só posso responder nestes idiomas: { $languages }.

cancel-words = cancelar | cancela | cancele | cancela isso | cancele isso | para | pare | parar | stop | esquece | esqueça | esquece isso | deixa pra lá | deixa para lá | deixa quieto | tanto faz | não precisa mais | desistir | desisto | cancelar isso | deixa isso | deixe isso | esqueça isso | vamos deixar pra lá | mudei de ideia
start-over-words = começar de novo | começar tudo de novo | recomeçar | recomece | vamos recomeçar | do início | desde o início | do começo | do zero | voltar ao início | reiniciar | voltar pro início | começa de novo | comece de novo | vamos começar de novo | começar do início | começar do zero | quero recomeçar | voltar ao começo
repeat-words = repetir | repete | repita | repete por favor | repita por favor | pode repetir | você pode repetir | pode repetir por favor | de novo | mais uma vez | outra vez | como | como assim | o que você disse | oq vc disse | oi não entendi | fala de novo | pode repetir isso | você pode repetir isso | poderia repetir | poderia repetir isso | você poderia repetir | repete isso | repita isso | fale de novo | fala outra vez
person-words = pessoa | uma pessoa | humano | um humano | pessoa real | uma pessoa real | pessoa de verdade | uma pessoa de verdade | atendente | um atendente | uma atendente | atendente humano | atendente por favor | atendimento humano | operador | um operador | falar com uma pessoa | falar com alguém | falar com um humano | falar com atendente | falar com um atendente | falar com uma atendente | quero um atendente | quero uma pessoa | quero falar com uma pessoa | quero falar com alguém | quero falar com um atendente | quero falar com atendente | quero falar com um humano | gostaria de falar com uma pessoa | gostaria de falar com um atendente | queria falar com um atendente | posso falar com uma pessoa | posso falar com alguém | posso falar com um atendente | preciso falar com alguém | preciso falar com uma pessoa | preciso falar com um atendente | me passa para um atendente | me transfere para um atendente
correct-words = não | na verdade | eu quis dizer | quis dizer | quero dizer | desculpa quis dizer | correção | espera | espere | peraí | isso não | ou melhor | aliás | me enganei | errei | mude para | muda para | altere para | troque para | troca para | pode mudar para | pode trocar para | melhor
yes-words = sim | s | ss | sim sim | claro | claro que sim | ok | okay | tá | tá bom | ta bom | tá bem | beleza | blz | certo | correto | exato | exatamente | isso | isso mesmo | isso aí | com certeza | sim por favor | pode ser | pode | uhum | aham | 👍
no-words = não | nao | n | nn | num | não obrigado | não obrigada | nao obrigado | nao obrigada | na verdade não | nunca | errado | falso | de jeito nenhum | claro que não | nada disso | nem pensar | melhor não | 👎
polite-words = por favor | por gentileza | pfv | então | agora | bem | na verdade | só | oh | ah | desculpa | desculpe
thanks-words = obrigado | obrigada | muito obrigado | muito obrigada | valeu | brigado | brigada
language-words = português | brazilian portuguese | portugues | em português | em português por favor | português por favor | fala português | podemos falar em português
greeting-words = oi | olá | ola | bom dia | boa tarde | boa noite | e aí | opa | tchau | até logo | até mais | adeus
unknown-words = não sei | nao sei | sei lá | não tenho | nao tenho | não encontro | nao encontro | não achei | nao achei | não acho | não consigo encontrar | nao consigo encontrar | não consigo achar | não lembro | nao lembro | não me lembro | não faço ideia | nao faço ideia | perdi | esqueci | não recebi | não tenho certeza

## Trouble

apology = Desculpe, algo deu errado do nosso lado.
busy = Um momento, por favor. Ainda estou verificando.
busy-full = Ainda estou verificando e até lá não consigo receber mais nada. Por favor, repita daqui a pouco.
handing-over = Vou passar você para uma pessoa. Alguém vai atender você assim que possível.
handoff-withdrawn = Tudo bem, ninguém precisa vir. Estou aqui de novo para ajudar você.
nobody-came = Sinto muito, não havia ninguém disponível para atender. Estou aqui de novo para ajudar você.

## Documents

source = Fonte: { $source }

## Buttons

button-choose = Escolher
button-more = Mais
button-answer = Responder

## Questions of rate

rate-question = Qual é a sua satisfação, de 1 (nada) a 5 (muito)?
rate-invalid = Responda com um número de 1 a 5, por favor.
rate-thanks = Obrigado pela sua avaliação!

## Answers that do not fit

way-out = Se não puder responder, você também pode escrever: { $words }.
invalid-text = Responda com palavras, por favor.
invalid-text-short =
    { $min ->
        [one] Escreva pelo menos { $min } caractere, por favor.
        [many] Escreva pelo menos { $min } de caracteres, por favor.
        *[other] Escreva pelo menos { $min } caracteres, por favor.
    }
invalid-text-long =
    { $max ->
        [one] Escreva no máximo { $max } caractere, por favor.
        [many] Escreva no máximo { $max } de caracteres, por favor.
        *[other] Escreva no máximo { $max } caracteres, por favor.
    }
invalid-number = Responda com um número, por exemplo 3.
invalid-number-several = Apenas um número, por favor.
invalid-number-small = O número deve ser no mínimo { $min }.
invalid-number-large = O número deve ser no máximo { $max }.
invalid-number-whole = Responda com um número inteiro, por favor.
invalid-email = Isso não parece um endereço de e-mail. Ele deve ser parecido com nome@exemplo.com.br.
invalid-phone = Isso não parece um número de telefone. Ele deve ser parecido com +55 11 91234-5678.
invalid-date = Responda com uma data, por exemplo 24/12/2026.
invalid-date-none = Esse dia não existe no calendário.
invalid-date-early = A data não pode ser anterior a { $min }.
invalid-date-late = A data não pode ser posterior a { $max }.
invalid-time = Responda com um horário, por exemplo 19:30.
invalid-time-early = O horário não pode ser anterior a { $min }.
invalid-time-late = O horário não pode ser posterior a { $max }.
invalid-choice = Escolha uma destas opções: { $options }.
invalid-regex = Isso não está no formato esperado. Tente de novo, por favor.
invalid-file = Envie um arquivo, por favor.
invalid-file-type = Não consigo aceitar um arquivo desse tipo. Envie um destes: { $types }.
invalid-file-large = O arquivo é grande demais. Ele pode ter no máximo { $max }.
invalid-yes-no = Responda sim ou não, por favor.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5

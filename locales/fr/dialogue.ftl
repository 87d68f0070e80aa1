# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Désolé, je n'ai pas compris. Pouvez-vous le dire autrement ?
misunderstood-twice = Je ne comprends toujours pas. Réessayez avec quelques mots simples, ou demandez à parler à une personne.
misunderstood-twice-no-person = Je ne comprends toujours pas. Réessayez avec quelques mots simples, s'il vous plaît.
words-wanted = Merci, je l'ai bien reçu. Mais je ne peux lire que du texte : de quoi s'agit-il ?
cancelled = D'accord, j'ai annulé. Que puis-je faire d'autre pour vous ?
nothing-to-cancel = D'accord. Que puis-je faire pour vous ?
switched = D'accord.
denied = D'accord, dans ce cas je n'en fais rien.
corrected = D'accord, c'est modifié.
started-over = Reprenons depuis le début. Comment puis-je vous aider ?
nothing-to-repeat = Je n'ai encore rien dit. Comment puis-je vous aider ?
language-changed = Désormais en français.
language-name = Français
languages-spoken = Je ne peux répondre que dans ces langues : { $languages }.

cancel-words = annuler | annule | annulez | annule ça | annulation | stop | arrête | arrêter | arrêtez | arrete | laisse tomber | laissez tomber | oublie | oubliez | oublie ça | tant pis | peu importe | c'est bon laisse | abandonner | annulez ça | annuler ça | annule tout | annulez tout | on arrête | arrête ça | arrêtez ça | on laisse tomber | laissons tomber | oubliez ça | j'ai changé d'avis | j'ai change d'avis | je change d'avis
start-over-words = recommencer | recommence | recommençons | on recommence | depuis le début | du début | reprendre du début | repartir de zéro | reprendre à zéro | redémarrer | réinitialiser | retour au début | recommencez | recommence depuis le début | recommencez depuis le début | recommencer depuis le début | recommençons depuis le début | on reprend du début | reprenons du début | reprenons depuis le début
repeat-words = répéter | répète | répétez | répète s'il te plaît | répétez s'il vous plaît | repete | tu peux répéter | vous pouvez répéter | peux-tu répéter | pouvez-vous répéter | encore une fois | comment | pardon | qu'as-tu dit | qu'avez-vous dit | tu as dit quoi | redis | redites | répéter ça | répète ça | répétez ça | tu peux répéter ça | vous pouvez répéter ça | peux-tu répéter ça | pouvez-vous répéter ça | pourrais-tu répéter | pourriez-vous répéter | peux-tu redire ça | pouvez-vous redire ça
person-words = personne | une personne | humain | un humain | une vraie personne | vraie personne | un vrai humain | conseiller | un conseiller | une conseillère | agent | un agent | opérateur | un opérateur | quelqu'un | service client | parler à quelqu'un | parler à une personne | parler à un humain | parler à un conseiller | parler à un agent | parler avec un conseiller | je veux un humain | je veux une personne | je veux un conseiller | je veux parler à quelqu'un | je veux parler à une personne | je veux parler à un humain | je veux parler à un conseiller | je voudrais parler à quelqu'un | je voudrais parler à une personne | je voudrais parler à un conseiller | j'aimerais parler à quelqu'un | j'aimerais parler à un conseiller | je souhaite parler à un conseiller | puis-je parler à quelqu'un | puis-je parler à une personne | puis-je parler à un conseiller | est-ce que je peux parler à quelqu'un | passez-moi quelqu'un | passez-moi un conseiller | mettez-moi en relation avec un conseiller
correct-words = non | en fait | je voulais dire | je veux dire | pardon je voulais dire | correction | attends | attendez | pas ça | plutôt | je me suis trompé | je me suis trompée | changez-le en | change-le en | changez en | mettez plutôt | mets plutôt | disons | pardon | désolé | désolée | excusez-moi
yes-words = oui | o | ouais | ouaip | ouep | oui merci | oui s'il vous plaît | oui svp | bien sûr | d'accord | dac | ok | okay | c'est ça | exact | exactement | tout à fait | correct | vrai | certainement | absolument | volontiers | allez-y | vas-y | 👍
no-words = non | n | nan | non merci | pas vraiment | jamais | faux | incorrect | pas du tout | surtout pas | plutôt pas | c'est faux | absolument pas | 👎
polite-words = s'il te plaît | s'il te plait | s'il vous plaît | s'il vous plait | svp | stp | alors | bon | ben | bah | finalement | en fait | maintenant | oh | ah | euh | hum | désolé | désolée | excusez-moi
thanks-words = merci | merci bien | merci beaucoup | merci à vous | merci à toi
language-words = français | french | en français | en français s'il vous plaît | en français svp | français svp | francais | en francais | parlez vous français | on peut parler français
greeting-words = bonjour | salut | bonsoir | coucou | bonne journée | hello | bonjour à tous | au revoir | à bientôt | à plus | à plus tard | bonne soirée | bonne nuit
unknown-words = ne sais pas | sais pas | je ne sais | aucune idée | je n'ai pas | ne l'ai pas | l'ai pas | j'ai pas | n'en ai pas | n'en ai aucun | ne trouve pas | trouve pas | ne le trouve pas | ne la trouve pas | pas trouvé | j'ai perdu | je l'ai perdu | je l'ai perdue | j'ai oublié | me souviens pas | pas sûr | pas sûre | jamais reçu | ne connais pas

## Trouble

apology = Désolé, un problème est survenu de notre côté.
busy = Un instant, s'il vous plaît. Je cherche encore.
busy-full = Je cherche encore et ne peux rien prendre de plus d'ici là. Merci de le redire dans un instant.
handing-over = Je vous mets en relation avec une personne. Quelqu'un vous répondra dès que possible.
handoff-withdrawn = D'accord, personne n'a besoin de venir. Je suis de nouveau là pour vous.
nobody-came = Désolé, personne n'était disponible pour prendre le relais. Je suis de nouveau là pour vous.

## Documents

source = Source : { $source }

## Buttons

button-choose = Choisir
button-more = Plus
button-answer = Répondre

## Questions of rate

rate-question = Quel est votre niveau de satisfaction, de 1 (pas du tout) à 5 (très) ?
rate-invalid = Veuillez répondre par un nombre de 1 à 5.
rate-thanks = Merci pour votre retour !

## Answers that do not fit

way-out = Si vous ne pouvez pas répondre, vous pouvez aussi écrire : { $words }.
invalid-text = Veuillez répondre avec des mots.
invalid-text-short =
    { $min ->
        [one] Veuillez écrire au moins { $min } caractère.
        [many] Veuillez écrire au moins { $min } de caractères.
        *[other] Veuillez écrire au moins { $min } caractères.
    }
invalid-text-long =
    { $max ->
        [one] Veuillez écrire au plus { $max } caractère.
        [many] Veuillez écrire au plus { $max } de caractères.
        *[other] Veuillez écrire au plus { $max } caractères.
    }
invalid-number = Veuillez répondre par un nombre, par exemple 3.
invalid-number-several = Un seul nombre, s'il vous plaît.
invalid-number-small = Le nombre doit être au moins { $min }.
invalid-number-large = Le nombre doit être au plus { $max }.
invalid-number-whole = Veuillez répondre par un nombre entier.
invalid-email = Cela ne ressemble pas à une adresse e-mail. Elle devrait être du type nom@exemple.fr.
invalid-phone = Cela ne ressemble pas à un numéro de téléphone. Il devrait être du type +33 1 23 45 67 89.
invalid-date = Veuillez répondre par une date, par exemple 24/12/2026.
invalid-date-none = Ce jour n'existe pas dans le calendrier.
invalid-date-early = La date ne peut pas être antérieure au { $min }.
invalid-date-late = La date ne peut pas être postérieure au { $max }.
invalid-time = Veuillez répondre par une heure, par exemple 19:30.
invalid-time-early = L'heure ne peut pas être antérieure à { $min }.
invalid-time-late = L'heure ne peut pas être postérieure à { $max }.
invalid-choice = Veuillez choisir l'une de ces options : { $options }.
invalid-regex = Cela n'a pas la forme attendue. Veuillez réessayer.
invalid-file = Veuillez envoyer un fichier.
invalid-file-type = Je ne peux pas accepter ce type de fichier. Veuillez en envoyer un de ce type : { $types }.
invalid-file-large = Le fichier est trop volumineux. Il peut faire au plus { $max }.
invalid-yes-no = Veuillez répondre par oui ou par non.

## Formats

date-format = %d/%m/%Y
number-format = 1 234,5

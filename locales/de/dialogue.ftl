# Was das Studio selbst zu Besuchern sagt.
# Zeilen, die auf -words enden, sind Listen, getrennt durch |, verglichen in Kleinbuchstaben und ohne Satzzeichen.

## Reparaturen

misunderstood-once = Das habe ich leider nicht verstanden. Können Sie es anders sagen?
misunderstood-twice = Ich verstehe es leider immer noch nicht. Versuchen Sie es mit wenigen einfachen Wörtern, oder fragen Sie nach einem Menschen.
misunderstood-twice-no-person = Ich verstehe es leider immer noch nicht. Versuchen Sie es bitte mit wenigen einfachen Wörtern.
words-wanted = Danke, das ist angekommen. Ich kann aber nur Text lesen: Worum geht es?
cancelled = In Ordnung, ich habe das abgebrochen. Was kann ich sonst für Sie tun?
nothing-to-cancel = In Ordnung. Was kann ich für Sie tun?
switched = In Ordnung.
denied = In Ordnung, dann nicht.
corrected = In Ordnung, ich habe das geändert.
started-over = Fangen wir noch einmal an. Wie kann ich helfen?
nothing-to-repeat = Ich habe noch nichts gesagt. Wie kann ich helfen?
language-changed = Ab jetzt auf Deutsch.
language-name = Deutsch
languages-spoken = Ich kann nur in diesen Sprachen antworten: { $languages }.

cancel-words = abbrechen | abbruch | bitte abbrechen | brich ab | stopp | stop | vergiss es | vergessen sie es | egal | lass es | lassen sie es | aufhören | schon gut | abbrechen sie | brechen sie ab | brechen sie das ab | brich das ab | brechen wir ab | lassen wir das | lassen wir es | lass das | lassen sie das | lass gut sein | lassen sie es gut sein | hör auf | hören sie auf | halt | ich möchte abbrechen | ich will abbrechen | ich habe es mir anders überlegt | hab es mir anders überlegt | ich hab's mir anders überlegt | anders überlegt
start-over-words = von vorn | von vorne | noch mal von vorn | nochmal von vorn | noch einmal von vorn | neu anfangen | neu starten | neustart | neu beginnen | zurück zum anfang | noch mal von vorne | nochmal von vorne | noch einmal von vorne | von vorn anfangen | von vorne anfangen | fang von vorn an | fang von vorne an | fangen sie von vorn an | fangen wir von vorn an | fangen wir von vorne an | fangen wir noch einmal an | alles von vorn | alles von vorne | von neuem
repeat-words = wiederholen | bitte wiederholen | wiederhole das | wiederholen sie das | wiederholen sie das bitte | noch einmal | nochmal | noch mal | noch einmal bitte | nochmal bitte | wie bitte | was hast du gesagt | was haben sie gesagt | wiederhole | wiederhol das | wiederholen sie | kannst du wiederholen | können sie wiederholen | kannst du das wiederholen | könntest du das wiederholen | können sie das wiederholen | könnten sie das wiederholen | sag das noch mal | sag das nochmal | sag das noch einmal | sagen sie das noch mal | sagen sie das nochmal | sagen sie das noch einmal | wie war das | wie war die frage
person-words = mensch | ein mensch | einen menschen | mensch bitte | einen menschen bitte | bitte einen menschen | echter mensch | ein echter mensch | einen echten menschen | eine person | eine echte person | mitarbeiter | mitarbeiterin | ein mitarbeiter | einen mitarbeiter | mitarbeiter bitte | einen mitarbeiter bitte | mit einem menschen sprechen | mit einem menschen reden | mit einem mitarbeiter sprechen | mit jemandem sprechen | mit einer person sprechen | kann ich mit einem menschen sprechen | kann ich mit einem menschen reden | kann ich mit einem mitarbeiter sprechen | kann ich mit jemandem sprechen | kann ich mit jemandem reden | kann ich mit einer person sprechen | ich möchte mit einem menschen sprechen | ich möchte mit einem menschen reden | ich möchte mit einem mitarbeiter sprechen | ich möchte mit jemandem sprechen | ich will mit einem menschen sprechen | ich will mit einem menschen reden | ich will mit jemandem sprechen | ich will einen menschen | ich möchte einen menschen | ich brauche einen menschen | verbinden sie mich mit einem menschen | verbinden sie mich mit einem mitarbeiter | vorgesetzter | kundendienst | mit dem chef sprechen | ich möchte mit dem chef sprechen | ich möchte mit ihrem chef sprechen | ich will mit ihrem chef sprechen | kann ich mit dem chef sprechen | kann ich mit ihrem chef sprechen | ich möchte mit jemandem reden | ist da jemand | ist jemand da
correct-words = nein | nee | doch | eigentlich | ich meinte | ich meine | entschuldigung ich meinte | korrektur | moment | nicht das | sondern | ändere es auf | ändere das auf | ändern sie es auf | ändern sie das auf | ändern sie es bitte auf | ändern sie das bitte auf | ändere es bitte auf | aber ändern sie es auf | ändern wir es auf | mach daraus | machen sie daraus | machen wir | sagen wir | nehmen wir | lieber | doch lieber | aber lieber | besser | entschuldigung | verzeihung | sorry
yes-words = ja | j | jo | jap | klar | ok | okay | gern | gerne | ja bitte | ja gern | ja gerne | genau | richtig | stimmt | natürlich | sicher | auf jeden fall | selbstverständlich | in ordnung | 👍
no-words = nein | n | nö | nee | ne | nicht wirklich | nein danke | lieber nicht | falsch | niemals | auf keinen fall | keineswegs | 👎 | doch nicht
polite-words = bitte | bitteschön | mal | doch | einfach | eigentlich | jetzt | dann | lieber | also | oh | ach | ach so | na | hm | hmm | äh | sorry | entschuldigung
thanks-words = danke | danke schön | dankeschön | danke sehr | danke ihnen | danke dir | vielen dank | herzlichen dank | besten dank | merci
language-words = deutsch | german | auf deutsch | auf deutsch bitte | bitte auf deutsch | deutsch bitte | bitte deutsch | sprechen sie deutsch | sprichst du deutsch | können wir deutsch sprechen | geht das auch auf deutsch
greeting-words = hallo | hi | hey | guten tag | guten morgen | guten abend | grüß gott | servus | moin | moin moin | grüezi | hallo zusammen | tag | hallöchen | tschüss | tschüß | tschüssi | ciao | auf wiedersehen | wiedersehen | bis bald | bis dann | schönen tag noch | einen schönen tag noch | gute nacht
unknown-words = weiß nicht | weiss nicht | keine ahnung | habe nicht | hab nicht | habe keine | hab keine | habe keinen | hab keinen | habe kein | hab kein | finde nicht | finde keine | kann nicht finden | nicht gefunden | kenne nicht | nicht zur hand | nicht parat | nicht sicher | verloren | vergessen | keine bekommen | nie bekommen | erinnere nicht | liegt mir nicht vor

## Störungen

apology = Entschuldigung, bei uns ist etwas schiefgegangen.
busy = Einen Moment bitte, ich sehe noch nach.
busy-full = Ich sehe noch nach und kann bis dahin nicht mehr aufnehmen. Bitte sagen Sie das gleich noch einmal.
handing-over = Ich gebe Sie an einen Menschen weiter. Jemand ist so bald wie möglich für Sie da.
handoff-withdrawn = In Ordnung, es braucht niemand zu kommen. Ich bin wieder für Sie da.
nobody-came = Leider hatte niemand Zeit zu übernehmen. Ich bin wieder für Sie da.

## Dokumente

source = Quelle: { $source }

## Knöpfe

button-choose = Auswählen
button-more = Mehr
button-answer = Antworten

## Bewertung

rate-question = Wie zufrieden sind Sie, von 1 (gar nicht) bis 5 (sehr)?
rate-invalid = Bitte antworten Sie mit einer Zahl von 1 bis 5.
rate-thanks = Vielen Dank für Ihre Rückmeldung!

## Antworten, die nicht passen

way-out = Wenn Sie das nicht beantworten können, schreiben Sie einfach: { $words }.
invalid-text = Bitte antworten Sie in Worten.
invalid-text-short = Bitte schreiben Sie mindestens { $min } Zeichen.
invalid-text-long = Bitte schreiben Sie höchstens { $max } Zeichen.
invalid-number = Bitte antworten Sie mit einer Zahl, zum Beispiel 3.
invalid-number-several = Bitte nur eine Zahl.
invalid-number-small = Die Zahl muss mindestens { $min } sein.
invalid-number-large = Die Zahl darf höchstens { $max } sein.
invalid-number-whole = Bitte antworten Sie mit einer ganzen Zahl.
invalid-email = Das sieht nicht nach einer E-Mail-Adresse aus. Sie sollte aussehen wie name@beispiel.de.
invalid-phone = Das sieht nicht nach einer Telefonnummer aus. Sie sollte aussehen wie +49 30 1234567.
invalid-date = Bitte antworten Sie mit einem Datum, zum Beispiel 24.12.2026.
invalid-date-none = Diesen Tag gibt es im Kalender nicht.
invalid-date-early = Das Datum darf nicht vor dem { $min } liegen.
invalid-date-late = Das Datum darf nicht nach dem { $max } liegen.
invalid-time = Bitte antworten Sie mit einer Uhrzeit, zum Beispiel 19:30.
invalid-time-early = Die Uhrzeit darf nicht vor { $min } liegen.
invalid-time-late = Die Uhrzeit darf nicht nach { $max } liegen.
invalid-choice = Bitte wählen Sie eines davon: { $options }.
invalid-regex = Das hat nicht die erwartete Form. Bitte versuchen Sie es noch einmal.
invalid-file = Bitte senden Sie eine Datei.
invalid-file-type = Eine Datei dieser Art kann ich nicht annehmen. Bitte senden Sie eine von: { $types }.
invalid-file-large = Die Datei ist zu groß. Sie darf höchstens { $max } haben.
invalid-yes-no = Bitte antworten Sie mit Ja oder Nein.

## Formate

date-format = %d.%m.%Y
number-format = 1.234,5

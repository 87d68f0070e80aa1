# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Förlåt, det förstod jag inte. Kan du säga det med andra ord?
misunderstood-twice = Jag förstår fortfarande inte. Försök igen med några enkla ord, eller be om att få prata med en person.
misunderstood-twice-no-person = Jag förstår fortfarande inte. Försök igen med några enkla ord.
words-wanted = Tack, det har jag tagit emot. Jag kan dock bara läsa text: vad gäller det?
cancelled = Okej, jag har avbrutit det. Vad kan jag mer hjälpa dig med?
nothing-to-cancel = Okej. Vad kan jag hjälpa dig med?
switched = Okej.
denied = Okej, då låter vi bli det.
corrected = Okej, jag har ändrat det.
started-over = Vi börjar om från början. Hur kan jag hjälpa dig?
nothing-to-repeat = Jag har inte sagt något än. Hur kan jag hjälpa dig?
language-changed = Från och med nu på svenska.
language-name = Svenska
languages-spoken = Jag kan bara svara på de här språken: { $languages }.

cancel-words = avbryt | avbryt det | avbryt det där | stopp | stoppa | sluta | stop | glöm det | strunta i det | skit samma | det spelar ingen roll | spelar ingen roll | lägg ner | ångra | nej tack avbryt | inte längre
start-over-words = börja om | börja om från början | vi börjar om | från början | starta om | omstart | tillbaka till början | på nytt | börja på nytt | nollställ
repeat-words = upprepa | upprepa det | upprepa tack | kan du upprepa | kan du upprepa det | säg det igen | igen | en gång till | en gång till tack | vad sa du | vad sade du | hursa | va | förlåt vad sa du
person-words = människa | en människa | person | en person | riktig person | en riktig person | riktig människa | en riktig människa | handläggare | en handläggare | medarbetare | en medarbetare | kundtjänst | kundservice | agent | operatör | någon | prata med en människa | prata med en person | prata med någon | tala med en människa | tala med en person | tala med någon | tala med kundtjänst | jag vill prata med en människa | jag vill prata med en person | jag vill prata med någon | jag vill tala med en människa | jag vill tala med någon | jag skulle vilja prata med någon | jag vill ha en människa | får jag prata med en människa | kan jag få prata med en människa | kan jag få prata med någon | kan jag prata med en person | kan jag prata med någon | jag behöver prata med någon | koppla mig till en människa | koppla mig till kundtjänst
correct-words = nej | egentligen | jag menade | jag menar | förlåt jag menade | rättelse | vänta | inte det | snarare | fel av mig
yes-words = ja | j | japp | jajamän | jadå | jo | jodå | visst | javisst | självklart | okej | ok | ja tack | gärna | precis | just det | rätt | det stämmer | stämmer | absolut | säkert | 👍
no-words = nej | n | nä | näe | nej tack | nix | inte direkt | inte alls | aldrig | fel | det stämmer inte | absolut inte | helst inte | verkligen inte | 👎
polite-words = snälla | är du snäll | bara | egentligen | nu | då | alltså | åh | öh | förlåt | ursäkta
thanks-words = tack | tack så mycket | tusen tack | tackar
language-words = svenska | swedish | på svenska | på svenska tack | svenska tack | talar du svenska | pratar ni svenska | kan vi ta det på svenska
greeting-words = hej | hejsan | hallå | god dag | tjena | hej hej | god morgon | god kväll | tja | hej då | hejdå | adjö | vi ses
unknown-words = vet inte | vet ej | har inte | har den inte | har ingen | hittar inte | hittar den inte | ingen aning | tappat | tappade | har glömt | minns inte | kommer inte ihåg

## Trouble

apology = Förlåt, något gick fel hos oss.
busy = Ett ögonblick, tack. Jag letar fortfarande.
busy-full = Jag letar fortfarande och kan inte ta emot mer förrän dess. Säg det igen om en stund.
handing-over = Jag kopplar dig till en person. Någon hjälper dig så snart som möjligt.
handoff-withdrawn = Okej, ingen behöver komma. Nu är jag här för dig igen.
nobody-came = Tyvärr hade ingen möjlighet att ta över. Nu är jag här för dig igen.

## Documents

source = Källa: { $source }

## Buttons

button-choose = Välj
button-more = Fler
button-answer = Svara

## Questions of rate

rate-question = Hur nöjd är du, från 1 (inte alls) till 5 (mycket)?
rate-invalid = Svara med ett tal från 1 till 5.
rate-thanks = Tack för din återkoppling!

## Answers that do not fit

way-out = Om du inte kan svara kan du också skriva: { $words }.
invalid-text = Svara med ord, tack.
invalid-text-short = Skriv minst { $min } tecken.
invalid-text-long = Skriv högst { $max } tecken.
invalid-number = Svara med ett tal, till exempel 3.
invalid-number-several = Bara ett tal, tack.
invalid-number-small = Talet måste vara minst { $min }.
invalid-number-large = Talet får vara högst { $max }.
invalid-number-whole = Svara med ett heltal.
invalid-email = Det ser inte ut som en e-postadress. Den ska se ut som namn@exempel.se.
invalid-phone = Det ser inte ut som ett telefonnummer. Det ska se ut som +46 8 123 456 78.
invalid-date = Svara med ett datum, till exempel 2026-12-24.
invalid-date-none = Den dagen finns inte i kalendern.
invalid-date-early = Datumet får inte vara före { $min }.
invalid-date-late = Datumet får inte vara efter { $max }.
invalid-time = Svara med ett klockslag, till exempel 19:30.
invalid-time-early = Klockslaget får inte vara före { $min }.
invalid-time-late = Klockslaget får inte vara efter { $max }.
invalid-choice = Välj ett av dessa: { $options }.
invalid-regex = Det har inte den form jag väntade mig. Försök igen.
invalid-file = Skicka en fil, tack.
invalid-file-type = Jag kan inte ta emot en fil av den typen. Skicka en av dessa: { $types }.
invalid-file-large = Filen är för stor. Den får vara högst { $max }.
invalid-yes-no = Svara med ja eller nej.

## Formats

date-format = %Y-%m-%d
number-format = 1 234,5

//! What does the console itself say, in which language?

use studio_core::dialogue::Refusal;

/// A language of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    /// The language of a tag such as `de`, `de-AT` or `de_DE.UTF-8`; English where it is another.
    pub fn of_tag(tag: &str) -> Self {
        match tag.get(..2) {
            Some(start) if start.eq_ignore_ascii_case("de") => Self::German,
            Some(_) | None => Self::English,
        }
    }

    pub(crate) fn say(self, text: Text) -> &'static str {
        let (english, german) = text.both();
        match self {
            Self::English => english,
            Self::German => german,
        }
    }
}

macro_rules! texts {
    ($($name:ident: $english:literal, $german:literal;)+) => {
        /// Every text of the console.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Text { $($name),+ }

        impl Text {
            const fn both(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($english, $german)),+ }
            }
        }
    };
}

texts! {
    // Names of keys' effects, short enough for the command bar.
    Quit: "quit", "beenden";
    MakeWay: "to the shell (fg comes back)", "zur Shell (fg kommt zurück)";
    Help: "help", "Hilfe";
    Back: "back", "zurück";
    Up: "up", "hoch";
    Down: "down", "runter";
    PageUp: "page up", "Seite hoch";
    PageDown: "page down", "Seite runter";
    First: "to the start", "zum Anfang";
    Last: "to the end", "zum Ende";
    Open: "open", "öffnen";
    ShowOpen: "all open", "alle offenen";
    ShowMine: "mine", "meine";
    ShowWaiting: "waiting", "wartende";
    ShowClosed: "closed", "geschlossene";
    Search: "search", "suchen";
    SearchDone: "search", "suchen";
    SearchClear: "clear", "löschen";
    SearchEnd: "end search", "Suche beenden";
    Reload: "reload", "neu laden";
    Failures: "failures", "Fehler";
    Replay: "try again", "erneut versuchen";
    Reply: "reply", "antworten";
    Note: "note", "Notiz";
    Change: "change", "ändern";
    Rewrite: "edit", "bearbeiten";
    TakeBack: "take back", "zurücknehmen";
    TakeOver: "take over", "übernehmen";
    HandBack: "hand back", "zurückgeben";
    Close: "close", "schließen";
    Mind: "mind", "Gedanken";
    MindUp: "mind up", "Gedanken hoch";
    MindDown: "mind down", "Gedanken runter";
    Timeline: "timeline", "Verlauf";
    Files: "files", "Dateien";
    Save: "save", "speichern";
    Person: "person", "Person";
    Templates: "templates", "Vorlagen";
    Merge: "merge with another", "mit anderer vereinen";
    Unmerge: "take apart", "abtrennen";
    Pick: "choose", "wählen";
    SaveAndOpen: "save and open", "speichern und öffnen";
    Send: "send", "senden";
    NewLine: "new line", "neue Zeile";
    Leave: "leave, keep draft", "verlassen, Entwurf bleibt";
    DeleteBefore: "delete before", "davor löschen";
    DeleteAfter: "delete after", "danach löschen";
    DeleteWord: "delete word", "Wort löschen";
    Left: "left", "links";
    Right: "right", "rechts";
    LineStart: "start of line", "Zeilenanfang";
    LineEnd: "end of line", "Zeilenende";
    Yes: "yes", "ja";
    No: "no", "nein";
    // Headings.
    Inbox: "inbox", "Posteingang";
    Conversation: "conversation", "Gespräch";
    Choosing: "which reply?", "welche Antwort?";
    Matching: "which contact?", "welcher Kontakt?";
    Writing: "writing", "Schreiben";
    TypeToWrite: "any other key writes", "jede andere Taste schreibt";
    Confirmation: "question", "Frage";
    YourReply: "Reply to the visitor", "Antwort an den Besucher";
    YourNote: "Note, the visitor never sees it", "Notiz, der Besucher sieht sie nie";
    YourChange: "What the reply is to say", "Was in der Antwort stehen soll";
    TakeOverFirst: "Reply to the visitor: take over first (Esc, t)", "An den Besucher: erst übernehmen (Esc, t)";
    FillsHead: "the gap of the head", "die Lücke im Kopf";
    FillsBody: "the gap", "die Lücke";
    FillsButton: "the gap of button", "die Lücke der Taste";
    SendsAsItIs: "Enter sends it", "Enter sendet sie";
    Draft: "draft", "Entwurf";
    TheMind: "The bot's mind", "Gedanken des Bots";
    Keys: "Keys", "Tasten";
    LinesBelow: "more lines", "weitere Zeilen";
    Signs: "Signs", "Zeichen";
    Parked: "Parked events", "Geparkte Ereignisse";
    DeadLetters: "Undelivered", "Nicht zugestellt";
    // Signs of the inbox.
    SignUnanswered: "the visitor waits for an answer", "der Besucher wartet auf Antwort";
    SignUrgent: "urgent, behind any of these", "eilig, hinter einem der folgenden";
    SignBot: "the bot speaks", "der Bot spricht";
    SignWaiting: "waits for a person, at the right since when", "wartet auf einen Menschen, rechts seit wann";
    SignMine: "you speak", "Sie sprechen";
    SignOther: "another member speaks", "jemand anderes spricht";
    SignClosed: "closed", "geschlossen";
    // The mind.
    Intent: "Intent", "Absicht";
    NoneOfThese: "none of these is sure enough", "keine davon ist sicher genug";
    NotWanted: "not wanted", "nicht gewünscht";
    Nothing: "nothing yet", "noch nichts";
    Feelings: "Feelings", "Gefühle";
    FeltByLexicon: "by words", "nach Wörtern";
    FeltByModel: "by the model", "nach dem Modell";
    MoodOfLate: "of late", "zuletzt";
    Improving: "improving", "wird besser";
    Steady: "steady", "bleibt";
    Worsening: "worsening", "wird schlechter";
    Urgent: "urgent", "eilig";
    Question: "a question", "eine Frage";
    Profane: "swears", "flucht";
    ReadTranslated: "read in translation", "übersetzt gelesen";
    ReadAsItIs: "read as it is", "gelesen, wie es ist";
    ReadByVectors: "read by meaning in any language", "nach Bedeutung in jeder Sprache gelesen";
    PersonalData: "personal data", "persönliche Daten";
    Slots: "Slots", "Felder";
    Place: "Place", "Ort";
    Idle: "idle", "untätig";
    Expecting: "Expecting", "Erwartet";
    WaitsForBot: "Waits for a bot", "Wartet auf einen Bot";
    BotIsAway: "does not run: take the conversation over to answer", "läuft nicht: das Gespräch übernehmen, um zu antworten";
    Sources: "Sources", "Quellen";
    Misunderstood: "Misunderstood in a row", "Nacheinander missverstanden";
    BotVersion: "Bot version", "Fassung des Bots";
    // States.
    Connecting: "connecting", "verbindet";
    Connected: "live", "live";
    Reconnecting: "reconnecting", "verbindet neu";
    LoggedOut: "logged out", "abgemeldet";
    LogInAgain: "the login has ended: copy what you have not sent, leave, and start the console again to log in", "die Anmeldung ist abgelaufen: Ungesendetes kopieren, beenden und die Konsole neu starten, um sich anzumelden";
    Loading: "loading", "lädt";
    NoConversations: "No conversations here.", "Hier sind keine Gespräche.";
    NothingFound: "In no message, name or tag.", "In keiner Nachricht, keinem Namen und keinem Tag.";
    NothingFoundYet: "Not found; not all messages were searched yet.", "Nicht gefunden; noch sind nicht alle Nachrichten durchsucht.";
    NotAllSearched: "not all messages searched", "nicht alle Nachrichten durchsucht";
    NoMessages: "No messages yet.", "Noch keine Nachrichten.";
    NoEvents: "No events yet.", "Noch keine Ereignisse.";
    NoFiles: "No files in what is shown of the conversation.", "Keine Dateien im gezeigten Teil des Gesprächs.";
    NoTemplates: "No template is approved: have one approved in the WhatsApp Manager.", "Keine Vorlage ist genehmigt: im WhatsApp Manager genehmigen lassen.";
    NoTemplatesHere: "This channel needs no templates: reply.", "Dieser Kanal braucht keine Vorlagen: antworten.";
    TemplateByApi: "Its head is a file or a place: send it by the API.", "Ihr Kopf ist eine Datei oder ein Ort: über die API senden.";
    TemplateSent: "The template is on its way.", "Die Vorlage ist unterwegs.";
    NoContact: "No other contact is found.", "Kein anderer Kontakt gefunden.";
    NoPart: "The others are part of this contact: one of those can be taken apart.", "Die anderen sind Teil dieses Kontakts: abtrennen geht bei ihnen.";
    StandsForAll: "stands for all", "steht für alle";
    Unreachable: "cannot be written to since", "nicht erreichbar seit";
    LookFor: "The same person as: a name, words that were said, or a contact's id", "Dieselbe Person wie: Name, gesagte Worte oder ID eines Kontakts";
    NoFailures: "Nothing failed.", "Nichts ist fehlgeschlagen.";
    NoShell: "there is no shell here to go to", "hier gibt es keine Shell, zu der es ginge";
    TooSmall: "The window is too small.", "Das Fenster ist zu klein.";
    Needed: "needed", "nötig";
    Now: "now", "jetzt";
    Visitor: "Visitor", "Besucher";
    Bot: "Bot", "Bot";
    You: "You", "Sie";
    TypingNow: "is typing", "schreibt";
    Sending: "sending", "wird gesendet";
    Stored: "stored, not yet sent", "gespeichert, noch nicht gesendet";
    Late: "no word of it yet, reload (Ctrl+R) to see", "noch keine Nachricht davon, neu laden (Strg+R)";
    NotLeft: "waits", "wartet";
    HasLeft: "sent", "gesendet";
    NotDelivered: "not delivered", "nicht zugestellt";
    Delivered: "delivered", "zugestellt";
    Read: "read", "gelesen";
    Translated: "translated", "übersetzt";
    NotTranslated: "not translated", "nicht übersetzt";
    MaybeTwice: "maybe twice", "vielleicht zweimal";
    WasChanged: "edited", "bearbeitet";
    WasTakenBack: "taken back", "zurückgenommen";
    ChangeWaits: "a change waits", "eine Änderung wartet";
    OwnerBot: "bot", "Bot";
    OwnerWaiting: "waiting for a person", "wartet auf einen Menschen";
    OwnerYou: "you", "Sie";
    StatusClosed: "closed", "geschlossen";
    // Questions and notices.
    ConfirmClose: "Close this conversation? y / n", "Dieses Gespräch schließen? y / n";
    ConfirmTakeBack: "Take this reply back from the visitor? y / n", "Diese Antwort beim Besucher zurücknehmen? y / n";
    ConfirmMerge: "Is this person the same as", "Ist diese Person dieselbe wie";
    ConfirmUnmerge: "Is this contact another person? y / n", "Ist dieser Kontakt eine andere Person? y / n";
    AskedMerge: "Making them one person.", "Werden zu einer Person.";
    AskedUnmerge: "Taking them apart.", "Werden getrennt.";
    PersonChanged: "Done; it can be undone here.", "Getan; hier lässt es sich rückgängig machen.";
    AskedChange: "Changing the reply.", "Die Antwort wird geändert.";
    AskedTakeBack: "Taking the reply back.", "Die Antwort wird zurückgenommen.";
    NothingChanged: "It says that already.", "Das steht schon da.";
    NotChanged: "Not changed", "Nicht geändert";
    NotAsWritten: "Not as it was written", "Nicht wie geschrieben";
    NotTakenBack: "Not taken back", "Nicht zurückgenommen";
    NoReplies: "There is no reply of an agent here.", "Hier ist keine Antwort eines Menschen.";
    OnlyTakenBack: "Only words can be edited here; it can be taken back (d).", "Nur Worte lassen sich hier bearbeiten; zurücknehmen geht (d).";
    CannotChange: "What was sent by this channel cannot be changed: say it anew.", "Was auf diesem Kanal gesendet wurde, bleibt: neu sagen.";
    AskedTakeOver: "Taking over.", "Wird übernommen.";
    AskedHandBack: "Handing back to the bot.", "Geht an den Bot zurück.";
    AskedClose: "Closing.", "Wird geschlossen.";
    AskedSave: "Saving.", "Wird gespeichert.";
    SavedAs: "Saved as", "Gespeichert als";
    NotSaved: "Not saved", "Nicht gespeichert";
    AskedReplay: "Will be tried again.", "Wird erneut versucht.";
    OpenFirst: "Enter opens it first.", "Erst mit Enter öffnen.";
    NothingWritten: "Nothing is written yet.", "Noch nichts geschrieben.";
    TooLong: "That is too long: at most 4000 characters.", "Zu lang: höchstens 4000 Zeichen.";
    NotSent: "Not sent, it is in the draft again", "Nicht gesendet, steht wieder im Entwurf";
    NotDone: "Not done", "Nicht getan";
    AnotherSpeaks: "somebody else has the conversation", "jemand anderes hat das Gespräch";
    MissedSome: "Something was missed, reading again.", "Etwas wurde verpasst, lese neu.";
    // The timeline.
    Opened: "opened the chat", "öffnete den Chat";
    Introduced: "who the visitor is", "wer der Besucher ist";
    Understood: "understood", "verstanden";
    NotUnderstood: "not understood", "nicht verstanden";
    Pressed: "pressed", "drückte";
    Edited: "changed the message to", "änderte die Nachricht in";
    Deleted: "took a message back", "nahm eine Nachricht zurück";
    Happened: "event", "Ereignis";
    Why: "why", "warum";
    Flow: "flow", "Ablauf";
    Response: "response", "Antwort";
    Repair: "repair", "Reparatur";
    SlotFilled: "slot", "Feld";
    FlowStarted: "flow started", "Ablauf begonnen";
    FlowEnded: "flow ended", "Ablauf beendet";
    Searched: "searched the documents", "suchte in den Dokumenten";
    Called: "called", "rief auf";
    Answered: "answered", "antwortete";
    CallFailed: "call failed", "Aufruf gescheitert";
    HandedOff: "handed off", "übergeben";
    OwnerChanged: "may speak now", "darf jetzt sprechen";
    LanguageChanged: "language:", "Sprache:";
    NotSpoken: "the bot does not speak that language", "der Bot spricht diese Sprache nicht";
    Tagged: "tagged", "markiert";
    Rated: "rated", "bewertete";
    WaitingUntil: "waits until", "wartet bis";
    Closed: "closed", "geschlossen";
    Reopened: "opened again", "wieder geöffnet";
    Faulted: "bug of the flow", "Fehler des Ablaufs";
    Erased: "all before this was erased at the visitor's wish", "alles davor wurde auf Wunsch des Besuchers gelöscht";
    Attempts: "attempts", "Versuche";
}

impl From<Refusal> for Text {
    fn from(reason: Refusal) -> Self {
        match reason {
            Refusal::NotTheOwner => Self::AnotherSpeaks,
            Refusal::Closed => Self::StatusClosed,
            Refusal::NotSpoken => Self::NotSpoken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_of_tags() {
        for (tag, expected) in [
            ("de", Language::German),
            ("de_DE.UTF-8", Language::German),
            ("DE-AT", Language::German),
            ("en", Language::English),
            ("C", Language::English),
            ("", Language::English),
            ("日", Language::English),
        ] {
            assert_eq!(Language::of_tag(tag), expected, "{tag}");
        }
    }
}

//! Which rich text and which tables does Slack refuse? From docs.slack.dev, "Rich text block" and "Table block", and
//! `@slack/types` `block-kit`.

use serde_json::Value;

use super::blocks::Checking;

impl Checking<'_> {
    pub(super) fn rich_text(&mut self, block: &Value, at: &str) {
        self.fields(block, at, &["elements"]);
        let parts = self.list(block, at, "elements", usize::MAX);
        for (index, part) in parts.iter().enumerate() {
            let at = format!("{at}/elements/{index}");
            match part["type"].as_str().unwrap_or_default() {
                "rich_text_section" | "rich_text_quote" => self.runs(part, &at, false),
                "rich_text_preformatted" => self.runs(part, &at, true),
                "rich_text_list" => {
                    if part["style"] != "bullet" && part["style"] != "ordered" {
                        self.say(&format!("{at}/style"), "must be a valid enum value");
                    }
                    let lines = self.list(part, &at, "elements", usize::MAX);
                    for (index, line) in lines.iter().enumerate() {
                        let at = format!("{at}/elements/{index}");
                        if line["type"] == "rich_text_section" {
                            self.runs(line, &at, false);
                        } else {
                            self.unsupported(line, &at);
                        }
                    }
                }
                _ => self.unsupported(part, &at),
            }
        }
    }

    fn unsupported(&mut self, of: &Value, at: &str) {
        let kind = of["type"].as_str().unwrap_or_default();
        self.say(at, &format!("unsupported type: {kind}"));
    }

    /// Words, links and mentions; as written, only words and links.
    fn runs(&mut self, part: &Value, at: &str, as_written: bool) {
        let runs = part["elements"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !part["elements"].is_array() {
            self.say(&format!("{at}/elements"), "missing required field");
        }
        for (index, run) in runs.iter().enumerate() {
            let at = format!("{at}/elements/{index}");
            let kind = run["type"].as_str().unwrap_or_default();
            let needed = match kind {
                "text" => "text",
                "link" => "url",
                _ if as_written => {
                    self.unsupported(run, &at);
                    continue;
                }
                "emoji" => "name",
                "user" => "user_id",
                "usergroup" => "usergroup_id",
                "channel" => "channel_id",
                "team" => "team_id",
                "color" => "value",
                "date" => "format",
                "broadcast" => "range",
                _ => {
                    self.unsupported(run, &at);
                    continue;
                }
            };
            // Blanks between words are a run of their own.
            if run[needed].as_str().is_none_or(str::is_empty) {
                self.say(&format!("{at}/{needed}"), "missing required field");
            }
            if kind == "broadcast"
                && !["here", "channel", "everyone"].iter().any(|range| run["range"] == *range)
            {
                self.say(&format!("{at}/range"), "must be a valid enum value");
            }
            if kind == "date" && !run["timestamp"].is_i64() && !run["timestamp"].is_u64() {
                self.say(&format!("{at}/timestamp"), "missing required field");
            }
        }
    }

    pub(super) fn table(&mut self, block: &Value, at: &str) {
        self.fields(block, at, &["rows", "column_settings"]);
        let rows = self.list(block, at, "rows", 100);
        for (index, row) in rows.iter().enumerate() {
            let at = format!("{at}/rows/{index}");
            let cells = row.as_array().map(Vec::as_slice).unwrap_or_default();
            if !(1..=20).contains(&cells.len()) {
                self.say(&at, "must have 1 to 20 items");
            }
            for (index, cell) in cells.iter().enumerate() {
                self.cell(cell, &format!("{at}/{index}"));
            }
        }
        if block.get("column_settings").is_none() {
            return;
        }
        let columns = self.list(block, at, "column_settings", 20);
        for (index, column) in columns.iter().enumerate() {
            let known = ["left", "center", "right"];
            if column.get("align").is_some_and(|align| !known.iter().any(|known| align == known)) {
                self.say(&format!("{at}/column_settings/{index}/align"), "must be a valid enum value");
            }
        }
    }

    fn cell(&mut self, cell: &Value, at: &str) {
        match cell["type"].as_str() {
            Some("raw_text") => {
                if cell["text"].as_str().is_none_or(str::is_empty) {
                    self.say(&format!("{at}/text"), "must be more than 0 characters");
                }
            }
            Some("raw_number") => {
                if !cell["value"].is_number() {
                    self.say(&format!("{at}/value"), "missing required field");
                }
            }
            Some("rich_text") => self.rich_text(cell, at),
            _ => self.unsupported(cell, at),
        }
    }
}

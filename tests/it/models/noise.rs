//! Messages as people type them, with the real model.

use super::{evaluated, fetched, home_with_models};

/// Slips, marks and capitals that are wrong, emoji, words of another language.
const NOISY: &str = "\
text,label\n\
wher is my parcell,track_order\n\
whne will my packgae arive,track_order\n\
wat are ur opning hours,hours\n\
untill wen are you opne today,hours\n\
i forgto my pasword,password\n\
cant log in to my acount,password\n\
can i sned the jacket bakc,returns\n\
can i pya with paypall,payment\n\
do you acept credti cards,payment\n\
i want to cancell what i orderd,cancel\n\
\"wann are you öffnet, when do you open\",hours\n\
\"hallo, where is my order bitte\",track_order\n\
\"bitte, I forgot my password\",password\n\
\"entschuldigung, can I pay by invoice\",payment\n\
\"mal kurz, how can I return my shoes\",returns\n\
\"sorry, ich will cancel my order\",cancel\n\
where is my order 😡😡,track_order\n\
📦 when does my delivery come ❓,track_order\n\
🙏 reset my password please 🙏,password\n\
are you open 🎉 on sunday,hours\n\
💳 which cards do you accept,payment\n\
return these shoes 👟,returns\n\
cancel my order 🤷‍♀️,cancel\n\
can i páy by invoíce,payment\n\
où is my parcel,track_order\n\
wHeRe Is My OrDeR???,track_order\n\
r u open on sunday,hours\n\
can i retrun these sheos,returns\n\
\"cancle my ordre plaese, i ordered by mistake\",cancel\n\
";
const CLEAN: &str = "\
text,label\n\
when are you open,hours\n\
what are your opening hours,hours\n\
are you open on sunday,hours\n\
until when is the shop open,hours\n\
do you open on holidays,hours\n\
at what time do you close,hours\n\
where is my order,track_order\n\
track my parcel,track_order\n\
has my package been sent,track_order\n\
when will my delivery arrive,track_order\n\
my order has not come yet,track_order\n\
what is the status of my shipment,track_order\n\
how can I send something back,returns\n\
I want to return these shoes,returns\n\
what is your return policy,returns\n\
\"it does not fit, can I give it back\",returns\n\
can I exchange it for another size,returns\n\
return an item,returns\n\
I forgot my password,password\n\
I cannot log in,password\n\
reset my password,password\n\
my account is locked,password\n\
how do I change my password,password\n\
the login does not work,password\n\
can I pay by invoice,payment\n\
which credit cards do you accept,payment\n\
do you take paypal,payment\n\
my payment was declined,payment\n\
how can I pay,payment\n\
pay by bank transfer,payment\n\
cancel my order,cancel\n\
I do not want my order any more,cancel\n\
please stop my order,cancel\n\
I ordered by mistake,cancel\n\
withdraw my purchase,cancel\n\
can I still cancel,cancel\n\
";

#[test]
fn noise_does_not_keep_the_model_from_understanding() {
    let Some(folder) = fetched("noise_does_not_keep_the_model_from_understanding") else { return };
    let home = home_with_models(&folder.parent().expect("of models").display().to_string());
    for (file, text) in [("train.csv", CLEAN), ("test.csv", NOISY)] {
        std::fs::write(home.path().join(file), text).expect("writable");
    }
    let told = evaluated(&home, &["--train", "train.csv", "--test", "test.csv"]);
    assert!(told["semantic_share"].as_f64() > Some(0.0), "the model is asked: {told}");
    assert!(told["accuracy"].as_f64() >= Some(0.85), "{told}");
}

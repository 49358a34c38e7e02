//! Access that a Workday administrator gives who has no account here: by a link, and used once somebody accepted it.

use crate::connect::{ACTIVE, CLIENT, card_says};
use crate::people::People;
use crate::sights::connection;
use crate::tenant::TENANT;
use crate::tour::{Chapter, Outcome, Tour};
use drive::Browser;
use std::io::Write;

/// What the stand-in's administrator made (README).
const REFRESH_TOKEN: &str = "demo-refresh-token";

/// What they give is used once it is accepted, and the link ends with that.
pub(crate) async fn given_and_accepted<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A Workday administrator without an account gives access anew, by a link")?;
    let people = &tour.people.clone();
    let link = tour.step("the owner makes a link for them", make(people)).await?;
    let administrator = Browser::new()?;
    tour.step(
        "the administrator opens it and enters the access",
        give(people, &administrator, &link),
    )
    .await?;
    tour.step("the owner accepts what came", accept(people)).await?;
    tour.look("the link is over", over(&administrator, &link)).await?;
    tour.look("the Workday card says so", card_says(people, ACTIVE)).await?;
    Ok(())
}

async fn make(people: &People) -> Outcome<String> {
    let form = format!("/integrations/workday/{}/connect", connection(people).await?);
    let form = people.owner.page(&form).await?.form("/connect-link")?;
    let made = people.owner.browser.submit(&form).await?;
    made.must_say(&["it is shown only once"])?;
    let start = format!("{}/connect/", people.world.product);
    let link = made.texts("code").into_iter().find(|text| text.starts_with(&start));
    let link = link.ok_or("the page shows no link")?;
    Ok((link, String::from("shown once, to be sent to whoever administers Workday")))
}

async fn give(people: &People, administrator: &Browser, link: &str) -> Outcome<()> {
    let shown = administrator.open(link).await?;
    let entered = administrator.submit(&shown.form(shown.url.path())?).await?;
    entered.must_say(&["What you need", "What to set up in Workday"])?;
    entered.must_not_say(CLIENT.0)?;
    let form = entered
        .form(entered.url.path())?
        .fill("way", "refresh-token")?
        .fill("services_url", &people.world.workday)?
        .fill("tenant", TENANT)?
        .fill("client_id", CLIENT.0)?
        .fill("client_secret", CLIENT.1)?
        .fill("refresh_token", REFRESH_TOKEN)?;
    let given = administrator.submit(&form).await?;
    given.must_say(&["Thank you: Workday took the access."])?;
    let elsewhere = administrator.get(&format!("{}/integrations", people.world.product)).await?;
    if elsewhere.status != 401 {
        return Err(format!("other pages answer them {}", elsewhere.status));
    }
    Ok((
        (),
        String::from("Workday took it; they saw this form alone, and other pages answer 401"),
    ))
}

async fn accept(people: &People) -> Outcome<()> {
    let page = people.owner.connection(&connection(people).await?).await?;
    page.must_say(&["Access to Workday waits for you to accept it.", TENANT])?;
    let accepted = people.owner.browser.submit(&page.form("/accept")?).await?;
    accepted.must_say(&[ACTIVE])?;
    Ok(((), format!("tenant and account were shown first; {ACTIVE}")))
}

async fn over(administrator: &Browser, link: &str) -> Outcome<()> {
    let again = administrator.get(link).await?;
    if again.status == 404 {
        Ok(((), String::from("answered 404")))
    } else {
        Err(format!("answered {}", again.status))
    }
}

//! An owner of the workspace, on the product's pages.

use crate::browser::Browser;
use crate::form::Form;
use crate::page::Page;
use url::Url;

/// Who writes to candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoSends {
    /// HeyMilo does.
    HeyMilo,
    /// We do; whether it is confirmed that HeyMilo does not.
    We {
        /// HeyMilo's own mails are off, as the person says.
        confirmed: bool,
    },
}

/// What an administrator has from Workday's *View API Clients*.
#[derive(Debug, Clone)]
pub struct ApiClient {
    /// Where the services are.
    pub services_url: String,
    /// Where people sign in.
    pub sign_in_url: String,
    /// The tenant's name.
    pub tenant: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
}

/// An owner with their browser; clones are the same person.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Their browser.
    pub browser: Browser,
    product: String,
}

impl Owner {
    /// Somebody who is not signed in yet, at a product's address without a final slash.
    pub fn new(browser: Browser, product: &str) -> Self {
        Self {
            browser,
            product: product.to_owned(),
        }
    }

    /// Opens one of the product's pages, which must be there.
    pub async fn page(&self, path: &str) -> Result<Page, String> {
        self.browser.open(&format!("{}{path}", self.product)).await
    }

    /// Asks for one of the product's pages; what comes back is shown as it is.
    pub async fn ask(&self, path: &str) -> Result<Page, String> {
        self.browser.get(&format!("{}{path}", self.product)).await
    }

    /// Opens a sign-in link, presses its button, and follows to the first page.
    pub async fn sign_in(&self, link: &str) -> Result<Page, String> {
        let page = self.browser.open(link).await?;
        self.browser.submit(&page.form("/sign-in")?).await
    }

    /// Signs out; the answer is shown as it is.
    pub async fn sign_out(&self) -> Result<Page, String> {
        let page = self.page("/integrations").await?;
        self.browser.send_form(&page.form("/sign-out")?).await
    }

    /// Enters HeyMilo's API key in Settings.
    pub async fn enter_api_key(&self, key: &str) -> Result<Page, String> {
        let page = self.page("/settings").await?;
        self.browser.submit(&page.form("/settings/heymilo")?.fill("api_key", key)?).await
    }

    /// Answers in Settings who writes to candidates.
    pub async fn answer_who_sends(&self, who: WhoSends) -> Result<Page, String> {
        let page = self.page("/settings").await?;
        let form = page.form("/settings/who-sends")?;
        let form = match who {
            WhoSends::HeyMilo => form.choose("HeyMilo")?,
            WhoSends::We { confirmed: false } => form.choose("This integration")?,
            WhoSends::We { confirmed: true } => form.choose("This integration")?.fill("communications_off", "on")?,
        };
        self.browser.submit(&form).await
    }

    /// From the Workday card to the form for the API client.
    pub async fn connect_now(&self) -> Result<Page, String> {
        let page = self.page("/integrations").await?;
        self.browser.visit(page.link("Connect Now")?.as_str()).await
    }

    /// Fills that form with what the administrator has from Workday, and saves it.
    pub async fn save_client(&self, form: Form, client: &ApiClient) -> Result<Page, String> {
        let form = form
            .fill("way", "consent")?
            .fill("services_url", &client.services_url)?
            .fill("sign_in_url", &client.sign_in_url)?
            .fill("tenant", &client.tenant)?
            .fill("client_id", &client.client_id)?
            .fill("client_secret", &client.client_secret)?;
        self.browser.submit(&form).await
    }

    /// From our page to Workday's own, where the person decides.
    pub async fn continue_to_workday(&self, saved: &Page) -> Result<Page, String> {
        self.browser.visit(saved.link("Continue to Workday")?.as_str()).await
    }

    /// Allows the access there, and follows Workday's redirect back.
    pub async fn approve(&self, consent: &Page) -> Result<Page, String> {
        let approve = consent.form("/authorize")?.fill("decision", "approve")?;
        self.browser.submit(&approve).await
    }

    /// The page of a Workday connection.
    pub async fn connection(&self, connection: &str) -> Result<Page, String> {
        self.page(&format!("/integrations/workday/{connection}")).await
    }

    /// Says how many minutes pass between two looks at Workday, and has it looked at now.
    pub async fn look_every(&self, connection: &str, minutes: u32) -> Result<Page, String> {
        let page = self.connection(connection).await?;
        let form = page.form("/settings")?.fill("Minutes between looks", &minutes.to_string())?;
        let saved = self.browser.submit(&form).await?;
        self.browser.submit(&saved.form("/check")?).await
    }

    /// Has a new user name and password made for Workday's push; where one is in use, says that this is meant.
    pub async fn make_push_credential(&self, connection: &str) -> Result<Page, String> {
        let form = self.connection(connection).await?.form("/push")?;
        let form = if form.offers("confirmed").is_empty() {
            form
        } else {
            form.fill("confirmed", "on")?
        };
        self.browser.submit(&form).await
    }

    /// Presses Disconnect: the page that asks first.
    pub async fn ask_to_disconnect(&self, connection: &str) -> Result<Page, String> {
        let page = self.connection(connection).await?;
        self.browser.open(page.link("Disconnect")?.as_str()).await
    }

    /// Confirms it there.
    pub async fn disconnect(&self, asked: &Page) -> Result<Page, String> {
        self.browser.submit(&asked.form("/disconnect")?).await
    }

    /// Where the list of agents leads for one of them.
    pub async fn agent(&self, name: &str) -> Result<Url, String> {
        self.page("/agents").await?.link(name)
    }

    /// Searches the list of job requisitions on an agent's page.
    pub async fn search(&self, page: &Page, words: &str) -> Result<Page, String> {
        self.browser.submit(&page.form(page.url.path())?.fill("q", words)?).await
    }

    /// Links a job requisition that an agent's page offers, with a next step or none.
    pub async fn link(&self, page: &Page, requisition: &str, next_step: &str) -> Result<Page, String> {
        let form = page.form("/link")?.fill("requisition", requisition)?.fill("Next step", next_step)?;
        self.browser.submit(&form).await
    }
}

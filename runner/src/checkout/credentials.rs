//! Credentials for git servers: what is offered to which question, each only once, since a server that
//! refuses asks again without end.

use git2::{Cred, CredentialType};

use super::job::Job;

/// Answers a server's questions for credentials.
pub(super) struct Credentials<'a> {
    job: &'a Job,
    offered: CredentialType,
}

impl<'a> Credentials<'a> {
    /// Returns the credentials of a job.
    pub(super) fn new(job: &'a Job) -> Self {
        Self { job, offered: CredentialType::empty() }
    }

    /// Returns the credentials that fit the question.
    pub(super) fn answer(&mut self, user: Option<&str>, wanted: CredentialType) -> Result<Cred, git2::Error> {
        let user = user.or(self.job.user.as_deref()).unwrap_or("git").to_owned();
        if self.offer(wanted, CredentialType::USERNAME) {
            return Cred::username(&user);
        }
        if let Some(key) = &self.job.ssh_key
            && self.offer(wanted, CredentialType::SSH_KEY)
        {
            return Cred::ssh_key(&user, None, key, None);
        }
        if self.offer(wanted, CredentialType::SSH_KEY) {
            return Cred::ssh_key_from_agent(&user);
        }
        if let Some(token) = &self.job.token
            && self.offer(wanted, CredentialType::USER_PASS_PLAINTEXT)
        {
            return Cred::userpass_plaintext(&user, token);
        }
        let message = match (self.job.ssh_key.is_some(), self.job.token.is_some()) {
            (false, false) => "the server asks for credentials and none were given",
            _ => "the server refused the credentials",
        };
        Err(git2::Error::new(git2::ErrorCode::Auth, git2::ErrorClass::Callback, message))
    }

    fn offer(&mut self, wanted: CredentialType, kind: CredentialType) -> bool {
        if !wanted.contains(kind) || self.offered.contains(kind) {
            return false;
        }
        self.offered |= kind;
        true
    }
}

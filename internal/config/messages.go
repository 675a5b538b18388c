package config

import (
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
)

// Messages says how customers are written to (Rule C-14). Without a gateway of
// a channel nothing is sent over it, and nothing waits for one.
type Messages struct {
	// PublicURL is where customers' mail programs reach this server.
	PublicURL string `yaml:"public_url"`
	// ServiceNumber is what customers are told to call.
	ServiceNumber string `yaml:"service_number"`
	// OptOutWords replace those that ship.
	OptOutWords []string `yaml:"opt_out_words"`
	Email       Email    `yaml:"email"`
	SMS         SMS      `yaml:"sms"`
}

// Email is the mail server that takes our e-mails.
type Email struct {
	Address      string `yaml:"address"`  // host:port; empty: no e-mail
	Security     string `yaml:"security"` // starttls | tls | plaintext
	CAFile       string `yaml:"ca_file"`
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	From         string `yaml:"from"`
	ReplyTo      string `yaml:"reply_to"`
	PerSecond    int    `yaml:"per_second"`
}

// SMS is the gateway of docs/protocols/sms-webhook.md.
type SMS struct {
	URL        string `yaml:"url"` // empty: no SMS
	SecretFile string `yaml:"secret_file"`
	CAFile     string `yaml:"ca_file"`
	PerSecond  int    `yaml:"per_second"`
}

func (m Messages) check(fault func(key, format string, args ...any)) {
	if m.PublicURL != "" {
		if u, err := url.Parse(m.PublicURL); err != nil || u.Scheme != "https" && !loopback(u) || u.Host == "" {
			fault("messages.public_url", "%q is not an https address such as https://callback.example.com", m.PublicURL)
		}
	}
	if (m.Email.Address != "" || m.SMS.URL != "") && strings.TrimSpace(m.ServiceNumber) == "" {
		fault("messages.service_number", "customers are told to call it: required with a gateway")
	}
	if e := m.Email; e.Address != "" {
		if !strings.Contains(e.Address, ":") {
			fault("messages.email.address", "%q is not host:port", e.Address)
		}
		switch e.Security {
		case "starttls", "tls", "plaintext":
		default:
			fault("messages.email.security", "%q is not starttls, tls or plaintext", e.Security)
		}
		if _, err := mail.ParseAddress(e.From); err != nil {
			fault("messages.email.from", "%q is not an address such as Service <service@example.com>", e.From)
		}
		if _, err := mail.ParseAddress(e.ReplyTo); err != nil && e.ReplyTo != "" {
			fault("messages.email.reply_to", "%q is not an address", e.ReplyTo)
		}
		if (e.Username == "") != (e.PasswordFile == "") {
			fault("messages.email.password_file", "username and password_file belong together")
		}
	}
	if s := m.SMS; s.URL != "" {
		if u, err := url.Parse(s.URL); err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u) {
			fault("messages.sms.url", "%q is not an https address, nor http of this machine", s.URL)
		}
		if s.SecretFile == "" {
			fault("messages.sms.secret_file", "a file with the secret that is shared with the gateway is required")
		}
	}
	for key, n := range map[string]int{"messages.email.per_second": m.Email.PerSecond, "messages.sms.per_second": m.SMS.PerSecond} {
		if n < 1 || n > 1000 {
			fault(key, "must be 1 to 1000")
		}
	}
}

// loopback reports whether an address in the clear does not leave this machine.
func loopback(u *url.URL) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && a.IsLoopback())
}

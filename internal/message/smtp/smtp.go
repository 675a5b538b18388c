// Package smtp gives messages to a mail server (RFC 5321, submission by RFC
// 6409) with STARTTLS, TLS from the first byte, or in the clear where the
// configuration says so. Each message is one connection and one e-mail, in
// plain text, with the link that ends them in the header that mail programs show
// as a button (RFC 2369, RFC 8058).
//
// A mail server does not know our key again: of a message whose end was not
// heard nobody knows whether it was sent, and the package says so by an error
// that is no [*message.SendError]. It starts no goroutine.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"huifang/internal/message"
)

// The ways to secure the connection.
const (
	StartTLS  = "starttls"
	TLS       = "tls"
	Plaintext = "plaintext"
)

// Config is a mail server and who we are to it.
type Config struct {
	Address            string // host:port
	Security           string // StartTLS, TLS, Plaintext
	CAFile             string // PEM of a private authority; empty: the system's
	Username, Password string // empty: no authentication
	From               string // "Huifang <service@example.com>"
	ReplyTo            string // empty: From
}

// Gateway is a mail server. It may be used by many goroutines.
type Gateway struct {
	cfg     Config
	host    string
	port    int
	options []mail.Option
	domain  string // of From, for Message-ID
}

var _ message.Gateway = (*Gateway)(nil)

// New checks the configuration; it does not connect.
func New(c Config) (*Gateway, error) {
	host, p, err := net.SplitHostPort(c.Address)
	if err != nil {
		return nil, fmt.Errorf("read address of mail server: %w", err)
	}
	port, err := strconv.Atoi(p)
	if err != nil {
		return nil, fmt.Errorf("read port of mail server: %w", err)
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("read sender of e-mail: %w", err)
	}
	g := &Gateway{cfg: c, host: host, port: port, domain: from.Address[strings.LastIndexByte(from.Address, '@')+1:]}
	pool, err := authorities(c.CAFile)
	if err != nil {
		return nil, err
	}
	g.options = []mail.Option{mail.WithPort(port), mail.WithTimeout(20 * time.Second), mail.WithoutNoop(), mail.WithHELO(g.domain),
		mail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: pool, MinVersion: tls.VersionTLS12})}
	auth := mail.SMTPAuthAutoDiscover
	switch c.Security {
	case StartTLS:
		g.options = append(g.options, mail.WithTLSPolicy(mail.TLSMandatory))
	case TLS:
		g.options = append(g.options, mail.WithSSL())
	case Plaintext:
		g.options = append(g.options, mail.WithTLSPolicy(mail.NoTLS))
		auth = mail.SMTPAuthPlainNoEnc
	default:
		return nil, fmt.Errorf("security of mail server: %q is none of %s, %s, %s", c.Security, StartTLS, TLS, Plaintext)
	}
	if c.Username != "" {
		g.options = append(g.options, mail.WithSMTPAuth(auth), mail.WithUsername(c.Username), mail.WithPassword(c.Password))
	}
	return g, nil
}

func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read authorities of mail server: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("authorities of mail server: %s holds no certificate", file)
	}
	return pool, nil
}

// Repeatable is false: a mail server takes the same message twice.
func (g *Gateway) Repeatable() bool { return false }

// Send hands one e-mail over and gives what the server said when it took it.
func (g *Gateway) Send(ctx context.Context, m message.Outgoing) (string, error) {
	msg, err := g.letter(m)
	if err != nil {
		return "", &message.SendError{Text: err.Error()}
	}
	client, err := mail.NewClient(g.host, g.options...)
	if err != nil {
		return "", &message.SendError{Text: "make client: " + err.Error()}
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return "", &message.SendError{Text: "reach mail server: " + err.Error(), Temporary: true}
	}
	defer func() { _ = client.CloseWithSMTPClient(conn) }() // it was taken or it was not; a bad farewell changes nothing
	err = client.SendWithSMTPClient(conn, msg)
	if msg.IsDelivered() {
		return accepted(msg.ServerResponse()), nil
	}
	return "", judged(err)
}

// judged turns a refusal into ours. The server's words are left out: they often
// repeat the address (Rule S-01).
func judged(err error) error {
	refusal, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return errors.New("the connection ended")
	}
	code, enhanced := refusal.ErrorCode(), refusal.EnhancedStatusCode()
	text := strings.TrimSpace(fmt.Sprintf("%s: %d %s", refusal.Reason, code, enhanced))
	switch {
	case code >= 500:
		gone := refusal.Reason == mail.ErrSMTPRcptTo && (strings.HasPrefix(enhanced, "5.1.") || enhanced == "" && code == 550)
		return &message.SendError{Text: text, NoMailbox: gone}
	case code >= 400:
		return &message.SendError{Text: text, Temporary: true}
	case refusal.Reason == mail.ErrSMTPDataClose: // all of it was sent, and no answer came
		return errors.New(refusal.Reason.String() + ": no answer")
	}
	return &message.SendError{Text: refusal.Reason.String() + ": the connection ended", Temporary: true}
}

// accepted is the queue's name in the server's answer, as far as it gives one.
func accepted(answer string) string {
	answer = strings.Join(strings.Fields(answer), " ")
	if r := []rune(answer); len(r) > 200 {
		answer = string(r[:200])
	}
	return answer
}

func (g *Gateway) letter(m message.Outgoing) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(g.cfg.From); err != nil {
		return nil, errors.New("the sender's address is not usable")
	}
	if g.cfg.ReplyTo != "" {
		if err := msg.ReplyTo(g.cfg.ReplyTo); err != nil {
			return nil, errors.New("the address for replies is not usable")
		}
	}
	if err := msg.To(m.To.Reveal()); err != nil {
		return nil, errors.New("the customer's address is not usable")
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.At)
	msg.SetMessageIDWithValue(m.ID.String() + "@" + g.domain)
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday answers it
	body := m.Body
	if m.Unsubscribe != "" {
		msg.SetGenHeader(mail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		words := "不想再收到此类邮件："
		if m.Language == "en" {
			words = "No more e-mails like this: "
		}
		body += "\n\n--\n" + words + m.Unsubscribe
	}
	msg.SetBodyString(mail.TypeTextPlain, body+"\n")
	return msg, nil
}

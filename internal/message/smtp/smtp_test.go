package smtp

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"huifang/internal/customer"
	"huifang/internal/message"
	"huifang/internal/testkit/certs"
)

// mailbox is a real mail server that keeps what it takes.
type mailbox struct {
	mu       sync.Mutex
	letters  []string
	to       []string
	user     string
	password string
	rcpt     error  // for every recipient
	data     error  // in place of taking it
	cut      func() // when the letter is in, before it is answered
}

func (b *mailbox) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return &session{b: b}, nil }

type session struct {
	b  *mailbox
	in bool
	to string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
func (s *session) Mail(string, *gosmtp.MailOptions) error {
	if s.b.user != "" && !s.in {
		return gosmtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	s.to = to
	return s.b.rcpt
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.b.data != nil {
		return s.b.data
	}
	s.b.mu.Lock()
	s.b.letters, s.b.to = append(s.b.letters, string(raw)), append(s.b.to, s.to)
	cut := s.b.cut
	s.b.mu.Unlock()
	if cut != nil {
		cut()
	}
	return nil
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.b.user || password != s.b.password {
			return gosmtp.ErrAuthFailed
		}
		s.in = true
		return nil
	}), nil
}

// serve starts the mail server and gives where it listens.
func serve(t *testing.T, b *mailbox, secure *tls.Config, implicit bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := gosmtp.NewServer(b)
	s.Domain, s.AllowInsecureAuth = "mx.example.com", secure == nil
	s.ReadTimeout, s.WriteTimeout = 10*time.Second, 10*time.Second
	listener := l
	if secure != nil {
		s.TLSConfig = secure
		if implicit {
			listener = tls.NewListener(l, s.TLSConfig)
		}
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(listener) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return l.Addr().String()
}

func gateway(t *testing.T, c Config) *Gateway {
	t.Helper()
	if c.From == "" {
		c.From = "汇方回访 <service@callback.example.com>"
	}
	g, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func outgoing() message.Outgoing {
	return message.Outgoing{ID: uuid.New(), To: message.StoredAddress(customer.ChannelEmail, "wang@example.com"), Subject: "某某公司回访预约：12月1日 10:30", Body: "尊敬的王先生：\n\n已为您约定时间。",
		Language: "zh-CN", Unsubscribe: "https://callback.example.com/api/v1/unsubscribe/abc", At: time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)}
}

func TestSend_OverEveryKindOfConnection(t *testing.T) {
	t.Parallel()
	secure, ca := certs.New(t)
	for _, c := range []struct {
		name     string
		security string
		secure   *tls.Config
		ca       string
		user     string
	}{
		{"starttls with a password", StartTLS, secure, ca, "huifang"},
		{"tls with a password", TLS, secure, ca, "huifang"},
		{"starttls without", StartTLS, secure, ca, ""},
		{"in the clear with a password", Plaintext, nil, "", "huifang"},
		{"in the clear", Plaintext, nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := &mailbox{user: c.user, password: "secret of the mailbox"}
			at := serve(t, b, c.secure, c.security == TLS)
			m := outgoing()
			id, err := gateway(t, Config{Address: at, Security: c.security, CAFile: c.ca, Username: c.user, Password: b.password, ReplyTo: "answers@example.com"}).Send(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			if id == "" || len(b.letters) != 1 || b.to[0] != "wang@example.com" {
				t.Fatalf("%q, %d letters to %v", id, len(b.letters), b.to)
			}
			letter, err := mail.ReadMessage(strings.NewReader(b.letters[0]))
			if err != nil {
				t.Fatal(err)
			}
			h := letter.Header
			for name, want := range map[string]string{"Message-Id": "<" + m.ID.String() + "@callback.example.com>", "List-Unsubscribe": "<" + m.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
				"Reply-To": "<answers@example.com>", "Auto-Submitted": "auto-generated", "Content-Language": "zh-CN", "Date": "Mon, 30 Nov 2026 02:00:00 +0000"} {
				if h.Get(name) != want {
					t.Errorf("%s is %q, want %q", name, h.Get(name), want)
				}
			}
			if s, err := headerText(h.Get("Subject")); err != nil || s != m.Subject {
				t.Errorf("subject %q, %v", s, err)
			}
		})
	}
}

func TestSend_RefusesAConnectionThatIsNotAsSecureAsItMustBe(t *testing.T) {
	t.Parallel()
	secure, _ := certs.New(t)
	_, other := certs.New(t)
	for _, c := range []struct {
		name   string
		cfg    Config
		secure *tls.Config
	}{
		{"no STARTTLS to be had", Config{Security: StartTLS}, nil},
		{"a certificate of somebody else", Config{Security: StartTLS, CAFile: other}, secure},
		{"wrong password", Config{Security: Plaintext, Username: "huifang", Password: "wrong"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := &mailbox{}
			if c.cfg.Username != "" {
				b.user, b.password = "huifang", "right"
			}
			c.cfg.Address = serve(t, b, c.secure, false)
			_, err := gateway(t, c.cfg).Send(t.Context(), outgoing())
			if refused, ok := errors.AsType[*message.SendError](err); !ok || !refused.Temporary {
				t.Errorf("%v: the house is at fault, so the message waits", err)
			}
			if len(b.letters) > 0 {
				t.Error("it was sent all the same")
			}
		})
	}
}

// What a refusal means: whether it may be tried again, whether anybody knows,
// and whether the mailbox is gone. No address in any text (Rule S-01).
func TestRuleC14_WhatAMailServersRefusalMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		set     func(*mailbox)
		unknown bool
		want    message.SendError
	}{
		{"no such mailbox", func(b *mailbox) {
			b.rcpt = &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "<wang@example.com> unknown"}
		}, false, message.SendError{NoMailbox: true}},
		{"not wanted", func(b *mailbox) {
			b.rcpt = &gosmtp.SMTPError{Code: 554, EnhancedCode: gosmtp.EnhancedCode{5, 7, 1}, Message: "spam from wang@example.com"}
		}, false, message.SendError{}},
		{"later, please", func(b *mailbox) {
			b.rcpt = &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 7, 1}, Message: "greylisted wang@example.com"}
		}, false, message.SendError{Temporary: true}},
		{"full after the letter", func(b *mailbox) {
			b.data = &gosmtp.SMTPError{Code: 452, EnhancedCode: gosmtp.EnhancedCode{4, 3, 1}, Message: "full"}
		}, false, message.SendError{Temporary: true}},
		{"refused after the letter", func(b *mailbox) {
			b.data = &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 7, 1}, Message: "content"}
		}, false, message.SendError{}},
		{"the line goes dead when all was sent", nil, true, message.SendError{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := &mailbox{}
			at := ""
			if c.set != nil {
				c.set(b)
				at = serve(t, b, nil, false)
			} else {
				at = cutAfterData(t, serve(t, b, nil, false), b)
			}
			_, err := gateway(t, Config{Address: at, Security: Plaintext}).Send(t.Context(), outgoing())
			if err == nil || strings.Contains(err.Error(), "wang") {
				t.Fatalf("error: %v", err)
			}
			got, known := errors.AsType[*message.SendError](err)
			if known == c.unknown {
				t.Fatalf("known %v: %v", known, err)
			}
			if known && (got.Temporary != c.want.Temporary || got.NoMailbox != c.want.NoMailbox) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if c.unknown && len(b.letters) != 1 {
				t.Errorf("the server has %d letters; it was to have one", len(b.letters))
			}
		})
	}
}

// cutAfterData passes a connection on, and ends it before the answer to a letter.
func cutAfterData(t *testing.T, to string, b *mailbox) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		in, err := l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", to)
		if err != nil {
			_ = in.Close()
			return
		}
		b.mu.Lock()
		b.cut = func() { _ = in.Close() }
		b.mu.Unlock()
		go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
		_, _ = io.Copy(in, out)
		_ = in.Close()
	}()
	return l.Addr().String()
}

func headerText(s string) (string, error) { return new(mime.WordDecoder).DecodeHeader(s) }

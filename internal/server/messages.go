package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/message"
	"huifang/internal/message/smtp"
	"huifang/internal/message/webhook"
	"huifang/internal/store"
)

// keepMessages makes the service of messages with the gateways that are
// configured, and starts to send. Rule C-14.
func (s *Server) keepMessages(ctx context.Context, cfg config.Config, o Options, db *store.Store, phones *carrier, changed func(taskID, assigneeID uuid.UUID)) (*message.Service, *webhook.Inbox, error) {
	m := cfg.Messages
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		return nil, nil, fmt.Errorf("read time zone: %w", err)
	}
	gateways := map[customer.Channel]message.Gateway{}
	if m.Email.Address != "" {
		password, err := config.ReadSecret(m.Email.PasswordFile)
		if err != nil {
			return nil, nil, fmt.Errorf("read messages.email.password_file: %w", err)
		}
		if gateways[customer.ChannelEmail], err = smtp.New(smtp.Config{Address: m.Email.Address, Security: m.Email.Security, CAFile: m.Email.CAFile, Username: m.Email.Username, Password: password, From: m.Email.From, ReplyTo: m.Email.ReplyTo}); err != nil {
			return nil, nil, err
		}
	}
	var secret []byte
	if m.SMS.URL != "" {
		text, err := config.ReadSecret(m.SMS.SecretFile)
		if err != nil {
			return nil, nil, fmt.Errorf("read messages.sms.secret_file: %w", err)
		}
		secret = []byte(text)
		g, err := webhook.New(webhook.Config{URL: m.SMS.URL, Secret: secret, CAFile: m.SMS.CAFile, Clock: time.Now})
		if err != nil {
			return nil, nil, err
		}
		s.onStop("SMS gateway", plain(g.Close))
		gateways[customer.ChannelSMS] = g
	}
	metrics := message.NewMetrics(o.Ops.Registry)
	var sender *message.Sender
	svc, err := message.NewService(message.Config{Store: db, Gateways: gateways, Company: callback.Words{Chinese: cfg.Company["zh-CN"], English: cfg.Company["en"]},
		ServiceNumber: m.ServiceNumber, PublicURL: m.PublicURL, OptOutWords: m.OptOutWords, Zone: zone, Changed: changed, Notify: func() { sender.Notify() },
		Permitted: func(n customer.Number) bool { return phones.numbers.Judge(n).Allowed }, Clock: time.Now, Logger: o.Logger, Metrics: metrics})
	if err != nil {
		return nil, nil, err
	}
	if err := svc.EnsureTemplates(ctx); err != nil {
		return nil, nil, err
	}
	inbox, err := webhook.NewInbox(secret, time.Now, svc)
	if err != nil {
		return nil, nil, err
	}
	sender, err = message.NewSender(message.SenderConfig{Service: svc, Outbox: db, Instance: cfg.Instance,
		PerSecond: map[customer.Channel]int{customer.ChannelEmail: m.Email.PerSecond, customer.ChannelSMS: m.SMS.PerSecond}, Jitter: rand.Float64, Logger: o.Logger, Metrics: metrics})
	if err != nil {
		return nil, nil, err
	}
	sender.Start()
	s.onStop("messages", plain(sender.Stop))
	return svc, inbox, nil
}

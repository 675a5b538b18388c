package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"huifang/internal/access"
	"huifang/internal/customer"
	"huifang/internal/message"
)

// messagesPort is package message behind its port.
type messagesPort struct{ svc *message.Service }

// NewMessages puts the service behind its port.
func NewMessages(svc *message.Service) Messages { return messagesPort{svc} }

func (p messagesPort) OfTask(ctx context.Context, who access.Principal, taskID ID) (TaskMessages, error) {
	t, err := p.svc.Task(ctx, who, taskID)
	out := TaskMessages{Messages: mapped(t.Messages, messageOf), Ways: mapped(t.Ways, wayOf)}
	if o := t.Offer; o != nil {
		out.Offer = orNull(&MessageOffer{Purpose: string(o.Purpose), Channel: string(o.Channel), ClosesTask: o.ClosesTask})
	}
	return out, err
}

func orderOf(in MessageOrder) message.Order {
	return message.Order{TaskID: zeroOr(in.TaskID), CustomerID: zeroOr(in.CustomerID), Purpose: message.Purpose(in.Purpose), Channel: customer.Channel(in.Channel),
		Language: in.Language, Festival: in.Festival, ClosesTask: in.ClosesTask}
}

func (p messagesPort) Preview(ctx context.Context, who access.Principal, in MessageOrder) (MessagePreview, error) {
	d, err := p.svc.Preview(ctx, who, orderOf(in))
	return previewOf(d), err
}

func (p messagesPort) Send(ctx context.Context, who access.Principal, in MessageOrder) (Message, error) {
	m, err := p.svc.Send(ctx, who, orderOf(in))
	return messageOf(m), err
}

func (p messagesPort) List(ctx context.Context, who access.Principal, q MessageQuery) (MessagePage, error) {
	before, id, err := parseCursor(q.Cursor)
	if err != nil {
		return MessagePage{}, err
	}
	customerID, err := optionalID("query.customer_id", q.CustomerID)
	if err != nil {
		return MessagePage{}, err
	}
	page, err := p.svc.List(ctx, who, message.Query{State: message.State(q.State), Channel: customer.Channel(q.Channel), Purpose: message.Purpose(q.Purpose), CustomerID: customerID,
		From: q.From, To: q.To, Text: q.Text, Before: message.Key{At: before, ID: id}, Limit: q.Limit})
	n := page.Counts
	return MessagePage{Messages: mapped(page.Messages, messageOf), NextCursor: cursor(page.Next.At, page.Next.ID), Counts: MessageCounts{Queued: n[message.StateQueued], Sending: n[message.StateSending],
		Sent: n[message.StateSent], Delivered: n[message.StateDelivered], Failed: n[message.StateFailed], OptedOut: n[message.StateOptedOut], Cancelled: n[message.StateCancelled]}}, err
}

func (p messagesPort) Get(ctx context.Context, who access.Principal, id ID) (MessageDetail, error) {
	d, err := p.svc.Get(ctx, who, id)
	return messageDetailOf(d), err
}

func (p messagesPort) Retry(ctx context.Context, who access.Principal, id ID) (MessageDetail, error) {
	d, err := p.svc.Retry(ctx, who, id)
	return messageDetailOf(d), err
}

func (p messagesPort) Cancel(ctx context.Context, who access.Principal, id ID) (MessageDetail, error) {
	d, err := p.svc.Cancel(ctx, who, id)
	return messageDetailOf(d), err
}

func (p messagesPort) Channels(ctx context.Context, who access.Principal, customerID ID) (Channels, error) {
	return channelsOf(p.svc.Channels(ctx, who, customerID))
}

func (p messagesPort) AddMailbox(ctx context.Context, who access.Principal, customerID ID, in NewMailbox) (Channels, error) {
	return channelsOf(p.svc.AddEmail(ctx, who, customerID, in.Address))
}

func (p messagesPort) RefuseChannel(ctx context.Context, who access.Principal, customerID ID, in NewChannelRefusal) (Channels, error) {
	return channelsOf(p.svc.RefuseChannel(ctx, who, customerID, customer.Channel(in.Channel), in.Said))
}

func (p messagesPort) AllowChannel(ctx context.Context, who access.Principal, customerID ID, in ChannelLift) (Channels, error) {
	return channelsOf(p.svc.AllowChannel(ctx, who, customerID, customer.Channel(in.Channel), in.Reason))
}

func (p messagesPort) Unsubscribe(ctx context.Context, secret, ip string) error {
	return p.svc.Unsubscribe(ctx, secret, ip)
}

func (p messagesPort) Templates(ctx context.Context) (MessageTemplates, error) {
	ts, err := p.svc.Templates(ctx)
	return MessageTemplates{Templates: mapped(ts, templateOf), Placeholders: message.Placeholders()}, err
}

func templateIn(in MessageTemplateInput) message.Template {
	return message.Template{Purpose: message.Purpose(in.Purpose), Channel: customer.Channel(in.Channel), Language: in.Language, Subject: in.Subject, Body: in.Body}
}

func (p messagesPort) ChangeTemplate(ctx context.Context, who access.Principal, in MessageTemplateInput) (MessageTemplate, error) {
	t, err := p.svc.ChangeTemplate(ctx, who, templateIn(in))
	return templateOf(t), err
}

func (p messagesPort) Sample(_ context.Context, in MessageTemplateInput) (MessagePreview, error) {
	d, err := p.svc.Sample(templateIn(in))
	return previewOf(d), err
}

func messageOf(m message.Message) Message {
	out := Message{ID: m.ID, Customer: Ref{ID: m.CustomerID, Name: m.CustomerName}, TaskID: idOrNull(m.TaskID), Channel: string(m.Channel), Purpose: string(m.Purpose), Language: m.Language,
		To: m.Address.Masked(), Subject: m.Subject, Body: m.Body, Segments: m.Segments, Version: m.Version, ClosesTask: m.ClosesTask, State: string(m.State), Tries: m.Tries,
		GatewayID: m.GatewayID, LastError: m.LastError, CreatedBy: refOrNull(m.CreatedBy, m.CreatedName), CreatedAt: at(m.CreatedAt), SentAt: maybe(m.SentAt), DeliveredAt: maybe(m.DeliveredAt)}
	if m.State == message.StateQueued {
		out.NextTryAt = maybe(m.NextTryAt)
	}
	return out
}

func messageDetailOf(d message.Detail) MessageDetail {
	return MessageDetail{Message: messageOf(d.Message), Steps: mapped(d.Events, func(e message.Event) MessageStep {
		s := MessageStep{At: at(e.At), Step: string(e.Step), State: string(e.State), By: e.ByName, Note: e.Note}
		if len(e.Receipt) > 0 {
			sum := sha256.Sum256(e.Receipt)
			s.Receipt = hex.EncodeToString(sum[:])
		}
		return s
	})}
}

func previewOf(d message.Draft) MessagePreview {
	return MessagePreview{To: d.To.Masked(), Language: d.Template.Language, Version: d.Template.Version, Subject: d.Subject, Body: d.Body, Encoding: d.Size.Encoding, Units: d.Size.Units, Segments: d.Size.Segments}
}

func wayOf(w message.Way) ChannelWay {
	return ChannelWay{Channel: string(w.Channel), To: w.To.Masked(), Possible: w.Possible, Reason: w.Reason}
}

func channelsOf(r message.Reach, ways []message.Way, err error) (Channels, error) {
	return Channels{Ways: mapped(ways, wayOf), Mailboxes: mapped(r.Emails, func(e message.EmailAddress) Mailbox {
		return Mailbox{ID: e.ID, Address: e.Email.Masked(), Invalid: !e.InvalidAt.IsZero()}
	}), Refusals: mapped(r.Refusals, func(f message.Refusal) ChannelRefusal {
		return ChannelRefusal{Channel: string(f.Channel), How: f.How, Said: f.Said, At: at(f.At), By: f.ByName}
	})}, err
}

func templateOf(t message.Template) MessageTemplate {
	return MessageTemplate{ID: t.ID, Purpose: string(t.Purpose), Channel: string(t.Channel), Language: t.Language, Version: t.Version, Subject: t.Subject, Body: t.Body, CreatedBy: t.CreatedName, CreatedAt: at(t.CreatedAt)}
}

// MessageQuery selects messages. Empty fields do not filter.
type MessageQuery struct {
	State      string    `query:"state" enum:",queued,sending,sent,delivered,failed,opted_out,cancelled"`
	Channel    string    `query:"channel" enum:",sms,email"`
	Purpose    string    `query:"purpose" enum:",missed_calls,appointment,complaint_received,second_call_back,birthday,festival,notice"`
	CustomerID string    `query:"customer_id"`
	Text       string    `query:"q" maxLength:"100" doc:"Part of the customer's name, or the beginning of its code"`
	From       time.Time `query:"from"`
	To         time.Time `query:"to"`
	Page
}

package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// houseMessages answers as the house does; internal/store tests the rules.
type houseMessages struct{ *house }

func (h houseMessages) OfTask(context.Context, access.Principal, ID) (TaskMessages, error) {
	return TaskMessages{}, h.err
}
func (h houseMessages) Preview(context.Context, access.Principal, MessageOrder) (MessagePreview, error) {
	return MessagePreview{}, h.err
}
func (h houseMessages) Send(context.Context, access.Principal, MessageOrder) (Message, error) {
	return Message{}, h.err
}
func (h houseMessages) List(context.Context, access.Principal, MessageQuery) (MessagePage, error) {
	return MessagePage{}, h.err
}
func (h houseMessages) Get(context.Context, access.Principal, ID) (MessageDetail, error) {
	return MessageDetail{}, h.err
}
func (h houseMessages) Retry(context.Context, access.Principal, ID) (MessageDetail, error) {
	return MessageDetail{}, h.err
}
func (h houseMessages) Cancel(context.Context, access.Principal, ID) (MessageDetail, error) {
	return MessageDetail{}, h.err
}
func (h houseMessages) Channels(context.Context, access.Principal, ID) (Channels, error) {
	return Channels{}, h.err
}
func (h houseMessages) AddMailbox(_ context.Context, _ access.Principal, customerID ID, _ NewMailbox) (Channels, error) {
	return Channels{Mailboxes: List[Mailbox]{{ID: customerID}}}, h.err
}
func (h houseMessages) RefuseChannel(context.Context, access.Principal, ID, NewChannelRefusal) (Channels, error) {
	return Channels{}, h.err
}
func (h houseMessages) AllowChannel(context.Context, access.Principal, ID, ChannelLift) (Channels, error) {
	return Channels{}, h.err
}
func (h houseMessages) Unsubscribe(_ context.Context, secret, ip string) error {
	if secret != "of-the-letter" || ip == "" {
		return problem.NotFound("message")
	}
	return nil
}
func (h houseMessages) Templates(context.Context) (MessageTemplates, error) {
	return MessageTemplates{}, h.err
}
func (h houseMessages) ChangeTemplate(context.Context, access.Principal, MessageTemplateInput) (MessageTemplate, error) {
	return MessageTemplate{}, h.err
}
func (h houseMessages) Sample(context.Context, MessageTemplateInput) (MessagePreview, error) {
	return MessagePreview{}, h.err
}

// houseGateway takes what is signed "right".
type houseGateway struct{ *house }

func (h houseGateway) Receipts(_ context.Context, timestamp, signature string, raw []byte) error {
	if timestamp != "1" || signature != "right" || string(raw) != `{ "as": "sent" }` {
		return &problem.Error{Code: problem.CodeUnauthenticated, Reason: "signature"}
	}
	return h.err
}
func (h houseGateway) Replies(ctx context.Context, timestamp, signature string, raw []byte) error {
	return h.Receipts(ctx, timestamp, signature, raw)
}

// The signature of a gateway is over the bytes as they came.
func TestMessages_GatewayIsKnownByItsSignature(t *testing.T) {
	t.Parallel()
	h := newHouse().server()
	for _, path := range []string{"/api/v1/gateways/sms/receipts", "/api/v1/gateways/sms/replies"} {
		if w := ask(h, http.MethodPost, path, "", `{ "as": "sent" }`, "Huifang-Timestamp", "1", "Huifang-Signature", "right"); w.Code != http.StatusNoContent {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w := ask(h, http.MethodPost, path, "", `{ "as": "sent" }`); w.Code != http.StatusUnauthorized {
			t.Errorf("%s without a signature: %d %s", path, w.Code, w.Body)
		}
	}
}

// Opening the link changes nothing; one click does, wherever it comes from.
func TestRuleC14_LinkInAnEmailTakesOneClick(t *testing.T) {
	t.Parallel()
	h := newHouse().server()
	w := ask(h, http.MethodGet, "/api/v1/unsubscribe/anything", "", "")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || !strings.Contains(w.Body.String(), `<form method="post">`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = ask(h, http.MethodPost, "/api/v1/unsubscribe/of-the-letter", "", "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://webmail.example.com", "Sec-Fetch-Site", "cross-site")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "已退订") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(h, http.MethodPost, "/api/v1/unsubscribe/guessed", "", ""); w.Code != http.StatusNotFound {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

// Messages are texts to customers by SMS and e-mail (package message; Rules
// C-14, C-26, M-03).
type Messages interface {
	OfTask(ctx context.Context, who access.Principal, taskID ID) (TaskMessages, error)
	Preview(ctx context.Context, who access.Principal, in MessageOrder) (MessagePreview, error)
	Send(ctx context.Context, who access.Principal, in MessageOrder) (Message, error)
	List(ctx context.Context, who access.Principal, q MessageQuery) (MessagePage, error)
	Get(ctx context.Context, who access.Principal, id ID) (MessageDetail, error)
	Retry(ctx context.Context, who access.Principal, id ID) (MessageDetail, error)
	Cancel(ctx context.Context, who access.Principal, id ID) (MessageDetail, error)
	Channels(ctx context.Context, who access.Principal, customerID ID) (Channels, error)
	AddMailbox(ctx context.Context, who access.Principal, customerID ID, in NewMailbox) (Channels, error)
	RefuseChannel(ctx context.Context, who access.Principal, customerID ID, in NewChannelRefusal) (Channels, error)
	AllowChannel(ctx context.Context, who access.Principal, customerID ID, in ChannelLift) (Channels, error)
	// Unsubscribe takes the secret of a link; problem not_found.
	Unsubscribe(ctx context.Context, secret, ip string) error
	Templates(ctx context.Context) (MessageTemplates, error)
	ChangeTemplate(ctx context.Context, who access.Principal, in MessageTemplateInput) (MessageTemplate, error)
	Sample(ctx context.Context, in MessageTemplateInput) (MessagePreview, error)
}

// SMSGateway takes what the SMS gateway posts, by the protocol of
// docs/protocols/sms-webhook.md; a wrong signature is problem unauthenticated.
type SMSGateway interface {
	Receipts(ctx context.Context, timestamp, signature string, raw []byte) error
	Replies(ctx context.Context, timestamp, signature string, raw []byte) error
}

func (s *server) registerMessages(api huma.API) {
	callers := only(access.RoleAgent, access.RoleSupervisor)
	keepers := only(access.RoleAgent, access.RoleSupervisor, access.RoleAdministrator)
	readers := only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleAdministrator)
	administrators := only(access.RoleAdministrator)
	register(s, api, op(only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector), http.MethodGet, "/tasks/{id}/messages", "list-task-messages", "Messages of a task, and what is offered to send (Rules T-04, C-14)"), s.listTaskMessages)
	register(s, api, op(callers, http.MethodPost, "/messages/preview", "preview-message", "A message as it would be sent, or why it cannot be"), s.previewMessage)
	register(s, api, op(callers, http.MethodPost, "/messages", "send-message", "Write a message into the outbox (Rule C-14)"), s.sendMessage)
	register(s, api, op(readers, http.MethodGet, "/messages", "list-messages", "Messages, newest first; agents see their own"), s.listMessages)
	register(s, api, op(readers, http.MethodGet, "/messages/{id}", "get-message", "A message with what became of it"), s.getMessage)
	register(s, api, op(only(access.RoleSupervisor), http.MethodPost, "/messages/{id}/retry", "retry-message", "Send a failed message again; one of which nobody knows may arrive twice"), s.retryMessage)
	register(s, api, op(callers, http.MethodPost, "/messages/{id}/cancel", "cancel-message", "Withdraw a message that waits"), s.cancelMessage)
	register(s, api, op(keepers, http.MethodGet, "/customers/{id}/channels", "get-channels", "How a customer is written to, and what they refuse (Rule C-14)"), s.getChannels)
	register(s, api, op(keepers, http.MethodPost, "/customers/{id}/mailboxes", "add-mailbox", "Note an e-mail address that the customer gave"), s.addMailbox)
	register(s, api, op(callers, http.MethodPost, "/customers/{id}/channel-refusals", "refuse-channel", "Note that the customer refuses a channel; what waits on it is not sent (Rule C-14)"), s.refuseChannel)
	register(s, api, op(only(access.RoleSupervisor), http.MethodPost, "/customers/{id}/channel-refusals/lift", "allow-channel", "Lift a refusal, with the reason"), s.allowChannel)
	register(s, api, op(readers, http.MethodGet, "/message-templates", "list-message-templates", "All versions, the newest of each first"), s.listMessageTemplates)
	register(s, api, op(administrators, http.MethodPost, "/message-templates", "change-message-template", "Write a new version"), s.changeMessageTemplate)
	register(s, api, op(administrators, http.MethodPost, "/message-templates/preview", "sample-message-template", "What a text would look like"), s.sampleMessageTemplate)

	register(s, api, raw(status(http.StatusNoContent, op(public(), http.MethodPost, "/gateways/sms/receipts", "sms-receipts", "Delivery receipts of the SMS gateway, signed (docs/protocols/sms-webhook.md)"))), s.takeReceipts)
	register(s, api, raw(status(http.StatusNoContent, op(public(), http.MethodPost, "/gateways/sms/replies", "sms-replies", "Replies of customers, signed (docs/protocols/sms-webhook.md)"))), s.takeReplies)
	register(s, api, op(public(), http.MethodGet, "/unsubscribe/{secret}", "ask-unsubscribe", "The page of the link in an e-mail; changes nothing"), s.askUnsubscribe)
	register(s, api, facts(op(public(), http.MethodPost, "/unsubscribe/{secret}", "unsubscribe", "No more e-mail to that customer: one click (RFC 8058; Rule C-14)")), s.unsubscribe)
}

// raw leaves the body as it came: it is read once its signature is right.
func raw(o huma.Operation) huma.Operation {
	o.SkipValidateBody = true
	return o
}

// ByID names what an operation is about. It is exported: huma fills embedded
// structs only where they are.
type ByID struct {
	ID ID `path:"id"`
}

func (s *server) listTaskMessages(ctx context.Context, in *ByID) (*body[TaskMessages], error) {
	return answer(s.deps.Messages.OfTask(ctx, principal(ctx), in.ID))
}

func (s *server) previewMessage(ctx context.Context, in *struct{ Body MessageOrder }) (*body[MessagePreview], error) {
	return answer(s.deps.Messages.Preview(ctx, principal(ctx), in.Body))
}

func (s *server) sendMessage(ctx context.Context, in *struct{ Body MessageOrder }) (*body[Message], error) {
	return answer(s.deps.Messages.Send(ctx, principal(ctx), in.Body))
}

func (s *server) listMessages(ctx context.Context, in *struct{ MessageQuery }) (*body[MessagePage], error) {
	return answer(s.deps.Messages.List(ctx, principal(ctx), in.MessageQuery))
}

func (s *server) getMessage(ctx context.Context, in *ByID) (*body[MessageDetail], error) {
	return answer(s.deps.Messages.Get(ctx, principal(ctx), in.ID))
}

func (s *server) retryMessage(ctx context.Context, in *ByID) (*body[MessageDetail], error) {
	return answer(s.deps.Messages.Retry(ctx, principal(ctx), in.ID))
}

func (s *server) cancelMessage(ctx context.Context, in *ByID) (*body[MessageDetail], error) {
	return answer(s.deps.Messages.Cancel(ctx, principal(ctx), in.ID))
}

func (s *server) getChannels(ctx context.Context, in *ByID) (*body[Channels], error) {
	return answer(s.deps.Messages.Channels(ctx, principal(ctx), in.ID))
}

func (s *server) addMailbox(ctx context.Context, in *struct {
	ByID
	Body NewMailbox
}) (*body[Channels], error) {
	return answer(s.deps.Messages.AddMailbox(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) refuseChannel(ctx context.Context, in *struct {
	ByID
	Body NewChannelRefusal
}) (*body[Channels], error) {
	return answer(s.deps.Messages.RefuseChannel(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) allowChannel(ctx context.Context, in *struct {
	ByID
	Body ChannelLift
}) (*body[Channels], error) {
	return answer(s.deps.Messages.AllowChannel(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) listMessageTemplates(ctx context.Context, _ *struct{}) (*body[MessageTemplates], error) {
	return answer(s.deps.Messages.Templates(ctx))
}

func (s *server) changeMessageTemplate(ctx context.Context, in *struct{ Body MessageTemplateInput }) (*body[MessageTemplate], error) {
	return answer(s.deps.Messages.ChangeTemplate(ctx, principal(ctx), in.Body))
}

func (s *server) sampleMessageTemplate(ctx context.Context, in *struct{ Body MessageTemplateInput }) (*body[MessagePreview], error) {
	return answer(s.deps.Messages.Sample(ctx, in.Body))
}

// signed is a request of the SMS gateway: the signature is over the very bytes.
type signed struct {
	Timestamp string `header:"Huifang-Timestamp"`
	Signature string `header:"Huifang-Signature"`
	RawBody   []byte `contentType:"application/json"`
}

func (s *server) takeReceipts(ctx context.Context, in *signed) (*empty, error) {
	return &empty{}, s.deps.SMSGateway.Receipts(ctx, in.Timestamp, in.Signature, in.RawBody)
}

func (s *server) takeReplies(ctx context.Context, in *signed) (*empty, error) {
	return &empty{}, s.deps.SMSGateway.Replies(ctx, in.Timestamp, in.Signature, in.RawBody)
}

// page is a small page of HTML without script and style.
type page struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func htmlPage(text string) *page {
	return &page{ContentType: "text/html; charset=utf-8", Body: []byte("<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>退订 · Unsubscribe</title><body><main>" + text + "</main></body></html>\n")}
}

type secretInput struct {
	Secret string `path:"secret" maxLength:"100"`
}

// askUnsubscribe changes nothing: mail scanners follow every link.
func (s *server) askUnsubscribe(_ context.Context, _ *secretInput) (*page, error) {
	return htmlPage("<h1>不再接收邮件？</h1><p>点击后，我们不再向您发送此类邮件。</p><p lang=\"en\">We will not send you e-mails like this any more.</p><form method=\"post\"><button type=\"submit\">确认退订 · Unsubscribe</button></form>"), nil
}

func (s *server) unsubscribe(ctx context.Context, in *secretInput) (*page, error) {
	f, _ := ctx.Value(requestKey{}).(requestFacts)
	if err := s.deps.Messages.Unsubscribe(ctx, in.Secret, f.ip); err != nil {
		return nil, err
	}
	return htmlPage("<h1>已退订</h1><p>我们不再向您发送此类邮件。</p><p lang=\"en\">Done: we will not send you e-mails like this any more.</p>"), nil
}

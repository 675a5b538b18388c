package httpapi

import "time"

// Message is a text to a customer, its address masked (Rules C-14, S-01).
type Message struct {
	ID          ID         `json:"id"`
	Customer    Ref        `json:"customer"`
	TaskID      *ID        `json:"task_id" nullable:"true"`
	Channel     string     `json:"channel" enum:"sms,email"`
	Purpose     string     `json:"purpose" enum:"missed_calls,appointment,complaint_received,second_call_back,birthday,festival,notice"`
	Language    string     `json:"language"`
	To          string     `json:"to" doc:"Masked"`
	Subject     string     `json:"subject"`
	Body        string     `json:"body"`
	Segments    int        `json:"segments" doc:"Parts of an SMS"`
	Version     int        `json:"version" doc:"Of the template"`
	ClosesTask  bool       `json:"closes_task" doc:"Once it is proven the task is served (Rule C-14)"`
	State       string     `json:"state" enum:"queued,sending,sent,delivered,failed,opted_out,cancelled"`
	Tries       int        `json:"tries"`
	NextTryAt   *time.Time `json:"next_try_at" nullable:"true" doc:"While it is queued"`
	GatewayID   string     `json:"gateway_id" doc:"How the gateway names it"`
	LastError   string     `json:"last_error"`
	CreatedBy   Null[Ref]  `json:"created_by"`
	CreatedAt   time.Time  `json:"created_at"`
	SentAt      *time.Time `json:"sent_at" nullable:"true"`
	DeliveredAt *time.Time `json:"delivered_at" nullable:"true"`
}

// MessageStep is one step of a message, with the receipt that proves it.
type MessageStep struct {
	At      time.Time `json:"at"`
	Step    string    `json:"step" enum:"queue,claim,sent,delivered,fail,again,opt_out,cancel,retry,reply"`
	State   string    `json:"state" enum:"queued,sending,sent,delivered,failed,opted_out,cancelled"`
	By      string    `json:"by" doc:"Empty: the system or the customer"`
	Note    string    `json:"note"`
	Receipt string    `json:"receipt_sha256" doc:"SHA-256 of what the gateway signed, in hexadecimal; empty: nothing was signed"`
}

// MessageDetail is a message with what became of it, oldest first.
type MessageDetail struct {
	Message
	Steps List[MessageStep] `json:"steps"`
}

// MessageCounts are the figures of all pages.
type MessageCounts struct {
	Queued    int `json:"queued"`
	Sending   int `json:"sending"`
	Sent      int `json:"sent"`
	Delivered int `json:"delivered"`
	Failed    int `json:"failed"`
	OptedOut  int `json:"opted_out"`
	Cancelled int `json:"cancelled"`
}

// MessagePage is the answer of GET /messages.
type MessagePage struct {
	Messages   List[Message] `json:"messages"`
	Counts     MessageCounts `json:"counts"`
	NextCursor string        `json:"next_cursor"`
}

// MessageOrder asks for a message; a task or a customer is named.
type MessageOrder struct {
	TaskID     *ID    `json:"task_id,omitempty" nullable:"true"`
	CustomerID *ID    `json:"customer_id,omitempty" nullable:"true"`
	Purpose    string `json:"purpose" enum:"missed_calls,appointment,complaint_received,second_call_back,birthday,festival,notice"`
	Channel    string `json:"channel" enum:"sms,email"`
	Language   string `json:"language,omitempty" enum:",zh-CN,en" doc:"Empty: the customer's (Rule T-11)"`
	Festival   string `json:"festival,omitempty" maxLength:"60" doc:"Of a festival's greeting (Rule M-03)"`
	ClosesTask bool   `json:"closes_task,omitempty" doc:"In place of a call, for a customer who does not want calls (Rule C-14)"`
}

// MessagePreview is a message as it would be sent.
type MessagePreview struct {
	To       string `json:"to" doc:"Masked; empty in a sample"`
	Language string `json:"language"`
	Version  int    `json:"version"`
	Subject  string `json:"subject"`
	Body     string `json:"body"`
	Encoding string `json:"encoding" enum:",gsm7,ucs2" doc:"Of an SMS"`
	Units    int    `json:"units" doc:"Septets, or 16-bit units"`
	Segments int    `json:"segments"`
}

// Channels are the ways in which a customer is written to.
type Channels struct {
	Ways      List[ChannelWay]     `json:"ways"`
	Mailboxes List[Mailbox]        `json:"mailboxes"`
	Refusals  List[ChannelRefusal] `json:"refusals"`
}

// ChannelWay says whether a message can be sent over a channel.
type ChannelWay struct {
	Channel  string `json:"channel" enum:"sms,email"`
	To       string `json:"to" doc:"Masked; empty: none"`
	Possible bool   `json:"possible"`
	Reason   string `json:"reason" enum:",channel_refused,no_gateway,no_address" doc:"Why not"`
}

// Mailbox is an e-mail address of a customer, masked.
type Mailbox struct {
	ID      ID     `json:"id"`
	Address string `json:"address"`
	Invalid bool   `json:"invalid" doc:"The mail server said that there is none"`
}

// ChannelRefusal is a channel that the customer refuses (Rule C-14).
type ChannelRefusal struct {
	Channel string    `json:"channel" enum:"sms,email,letter,visit"`
	How     string    `json:"how" enum:"reply,link,agent"`
	Said    string    `json:"said"`
	At      time.Time `json:"at"`
	By      string    `json:"by" doc:"Empty: the customer"`
}

// NewMailbox is an e-mail address as it was typed in.
type NewMailbox struct {
	Address string `json:"address" minLength:"3" maxLength:"254"`
}

// NewChannelRefusal is what a customer said to one of us.
type NewChannelRefusal struct {
	Channel string `json:"channel" enum:"sms,email,letter,visit"`
	Said    string `json:"said" minLength:"1" maxLength:"2000"`
}

// ChannelLift ends a refusal.
type ChannelLift struct {
	Channel string `json:"channel" enum:"sms,email,letter,visit"`
	Reason  string `json:"reason" minLength:"1" maxLength:"2000"`
}

// MessageOffer is what the desk offers to send (Rules T-04, C-14).
type MessageOffer struct {
	Purpose    string `json:"purpose"`
	Channel    string `json:"channel" enum:"sms,email"`
	ClosesTask bool   `json:"closes_task"`
}

// TaskMessages is what a task's page shows of messages.
type TaskMessages struct {
	Messages List[Message]      `json:"messages"`
	Ways     List[ChannelWay]   `json:"ways"`
	Offer    Null[MessageOffer] `json:"offer"`
}

// MessageTemplate is a version of what is said; the newest is in force.
type MessageTemplate struct {
	ID        ID        `json:"id"`
	Purpose   string    `json:"purpose" enum:"missed_calls,appointment,complaint_received,second_call_back,birthday,festival,notice"`
	Channel   string    `json:"channel" enum:"sms,email"`
	Language  string    `json:"language" enum:"zh-CN,en"`
	Version   int       `json:"version"`
	Subject   string    `json:"subject"`
	Body      string    `json:"body"`
	CreatedBy string    `json:"created_by" doc:"Empty: shipped"`
	CreatedAt time.Time `json:"created_at"`
}

// MessageTemplates is the answer of GET /message-templates: all versions, the newest of each first.
type MessageTemplates struct {
	Templates    List[MessageTemplate] `json:"templates"`
	Placeholders List[string]          `json:"placeholders"`
}

// MessageTemplateInput is a new version, or a sample of one.
type MessageTemplateInput struct {
	Purpose  string `json:"purpose" enum:"missed_calls,appointment,complaint_received,second_call_back,birthday,festival,notice"`
	Channel  string `json:"channel" enum:"sms,email"`
	Language string `json:"language" enum:"zh-CN,en"`
	Subject  string `json:"subject,omitempty" maxLength:"400"`
	Body     string `json:"body" maxLength:"40000"`
}

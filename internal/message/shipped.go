package message

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/customer"
)

// Shipped gives the templates that a new house begins with, each as version 1.
func Shipped(now time.Time) []Template {
	var out []Template
	add := func(p Purpose, ch customer.Channel, language, subject, body string) {
		out = append(out, Template{ID: uuid.New(), Purpose: p, Channel: ch, Language: language, Version: 1, Subject: subject, Body: body, CreatedAt: now})
	}
	sms := func(p Purpose, zh, en string) {
		add(p, customer.ChannelSMS, callback.LanguageChinese, "", zh)
		add(p, customer.ChannelSMS, callback.LanguageEnglish, "", en)
	}
	email := func(p Purpose, subjectZH, zh, subjectEN, en string) {
		add(p, customer.ChannelEmail, callback.LanguageChinese, subjectZH, "尊敬的{customer}：\n\n"+zh+"\n\n{company}\n客服热线：{service_number}")
		add(p, customer.ChannelEmail, callback.LanguageEnglish, subjectEN, "Dear {customer},\n\n"+en+"\n\n{company}\nTelephone {service_number}")
	}
	const endZH, endEN = "退订回TD", "Reply STOP to opt out"

	sms(PurposeMissedCalls, "【{company}】{customer}您好，我们几次致电回访均未能接通。您方便时请拨打{service_number}，或直接回复合适的时间，我们再给您致电。"+endZH,
		"{company}: Dear {customer}, we have called you several times without reaching you. Please call {service_number}, or reply with a time that suits you. "+endEN)
	email(PurposeMissedCalls, "{company}回访：几次致电未能接通", "我们几次致电回访，均未能与您接通。您方便时请拨打{service_number}，或直接回复本邮件告知合适的时间，我们再给您致电。",
		"{company}: we could not reach you", "We have called you several times without reaching you. Please call us on {service_number}, or reply to this e-mail with a time that suits you, and we will call again.")

	sms(PurposeAppointment, "【{company}】{customer}您好，已为您约定{appointment}电话回访，届时由{agent}（工号{staff_number}）致电。如需改期请拨{service_number}。"+endZH,
		"{company}: Dear {customer}, we will call you on {appointment}. You will speak to {agent} (staff no. {staff_number}). To change the time call {service_number}. "+endEN)
	email(PurposeAppointment, "{company}回访预约：{appointment}", "已为您约定{appointment}电话回访，届时由{agent}（工号{staff_number}）致电。如需改期，请拨打{service_number}或回复本邮件。",
		"{company}: our call on {appointment}", "We will call you on {appointment}. You will speak to {agent} (staff number {staff_number}). To change the time, call {service_number} or reply to this e-mail.")

	sms(PurposeComplaintReceived, "【{company}】{customer}您好，您反映的问题我们已经收到，给您带来不便非常抱歉。我们将在5个工作日内答复您，查询请拨{service_number}。"+endZH,
		"{company}: Dear {customer}, we have received your complaint and are sorry for the trouble. You will have our answer within 5 working days. Questions: {service_number}. "+endEN)
	email(PurposeComplaintReceived, "{company}：您反映的问题已收到", "您反映的问题我们已经收到，给您带来不便，非常抱歉。我们会尽快查明情况，并在5个工作日内答复您。如有补充，请回复本邮件或拨打{service_number}。",
		"{company}: we have received your complaint", "We have received your complaint and are sorry for the trouble. We will look into it and answer within 5 working days. If you would like to add something, reply to this e-mail or call {service_number}.")

	sms(PurposeSecondCallBack, "【{company}】{customer}您好，您反映的问题已经处理，我们将再次致电，听取您对处理结果的意见。您也可拨打{service_number}。"+endZH,
		"{company}: Dear {customer}, the matter you raised has been dealt with. We will call again to hear whether you are satisfied, or call us on {service_number}. "+endEN)
	email(PurposeSecondCallBack, "{company}：您反映的问题已处理", "您反映的问题已经处理。我们将再次致电，听取您对处理结果的意见；您也可以直接回复本邮件，或拨打{service_number}。",
		"{company}: the matter you raised", "The matter you raised has been dealt with. We will call again to hear whether you are satisfied. You can also reply to this e-mail or call {service_number}.")

	sms(PurposeBirthday, "【{company}】{customer}您好，生日将至，祝您生日快乐、身体健康、万事顺意！感谢您一直以来的信任。"+endZH,
		"{company}: Dear {customer}, we wish you a happy birthday and a healthy and successful year. Thank you for your trust. "+endEN)
	email(PurposeBirthday, "{company}祝您生日快乐", "生日将至，祝您生日快乐、身体健康、万事顺意！感谢您一直以来的信任与支持。",
		"Happy birthday from {company}", "We wish you a happy birthday and a healthy and successful year. Thank you for your trust.")

	sms(PurposeFestival, "【{company}】{customer}您好，{festival}将至，祝您和家人节日快乐、平安喜乐！"+endZH,
		"{company}: Dear {customer}, our best wishes to you and your family for {festival}. "+endEN)
	email(PurposeFestival, "{company}祝您{festival}快乐", "{festival}将至，祝您和家人节日快乐、平安喜乐！感谢您一直以来的信任与支持。",
		"{festival}: best wishes from {company}", "Our best wishes to you and your family for {festival}. Thank you for your trust.")

	sms(PurposeNotice, "【{company}】{customer}您好，按您的意愿我们不再致电。关于“{purpose}”，如有问题或意见，请直接回复短信或拨打{service_number}。"+endZH,
		"{company}: Dear {customer}, as you wish, we do not call you. About \"{purpose}\": if you have questions or remarks, reply to this message or call {service_number}. "+endEN)
	email(PurposeNotice, "{company}：{purpose}", "按您的意愿，我们不再致电，改以邮件与您联系。关于“{purpose}”，如有问题或意见，请直接回复本邮件，或拨打{service_number}。",
		"{company}: {purpose}", "As you wish, we do not call you and write instead. About \"{purpose}\": if you have questions or remarks, reply to this e-mail or call {service_number}.")
	return out
}

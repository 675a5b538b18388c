package intake

import "slices"

// Kind is what the rows of a file are.
type Kind string

// The closed set of kinds.
const (
	Customers  Kind = "customers"
	Contacts   Kind = "contacts"
	Contracts  Kind = "contracts"
	Equipment  Kind = "equipment"
	Deliveries Kind = "deliveries"
	Events     Kind = "events"
)

// Kinds lists the closed set.
func Kinds() []Kind {
	return []Kind{Customers, Contacts, Contracts, Equipment, Deliveries, Events}
}

// Known reports whether the kind is in the closed set.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Both is a text in Chinese and English.
type Both struct{ Chinese, English string }

// Field is a value that a row may have.
type Field struct {
	Name     string // as the API names it
	Title    Both
	Required bool
	Later    bool     // required for new ones only
	Words    []string // how headers name it besides, see normal
}

func field(name, zh, en string, words ...string) Field {
	return Field{Name: name, Title: Both{zh, en}, Words: words}
}

func (f Field) needed() Field { f.Required = true; return f }

func (f Field) first() Field { f.Required, f.Later = true, true; return f }

// Fields lists what a kind of file may have, in the order of the page.
func (k Kind) Fields() []Field {
	customer := field("customer_code", "客户编号", "Customer code", "客户代码", "客户号", "客户编码", "client code", "customer no", "customer number", "customer id").needed()
	amount := field("amount", "金额", "Amount", "合同金额", "总金额", "金额元", "总价", "price", "value", "total")
	note := field("note", "备注", "Note", "说明", "remark", "remarks", "notes", "comment")
	contract := field("contract_key", "合同编号", "Contract key", "合同号", "contract no", "contract number", "contract")
	equipment := field("equipment_key", "设备编号", "Equipment key", "设备号", "出厂编号", "equipment no", "serial", "serial no", "serial number")
	switch k {
	case Customers:
		return []Field{
			field("code", "客户编号", "Customer code", "编号", "客户代码", "客户号", "客户编码", "code", "customer no", "customer number", "client code").needed(),
			field("name", "客户名称", "Name", "姓名", "客户姓名", "名称", "客户", "customer name", "customer", "client").first(),
			field("kind", "客户类别", "Kind", "类别", "客户类型", "类型", "type", "customer kind", "customer type").first(),
			field("number", "电话", "Telephone", "手机", "手机号", "手机号码", "联系电话", "电话号码", "phone", "mobile", "number", "phone number", "tel"),
			field("label", "号码说明", "Number's label", "联系人", "contact", "contact person", "label"),
			field("salutation", "称呼", "Salutation", "称谓", "title"),
			field("language", "语言", "Language", "language tag"),
			field("government", "政府客户", "Government", "是否政府", "政府", "government customer"),
			field("grade", "等级", "Grade", "客户等级", "级别", "level"),
			field("city", "城市", "City", "所在城市", "地区", "town"),
			field("contract_end", "合同到期", "Contract end", "到期日期", "end of contract"),
			field("birthday", "生日", "Birthday", "出生日期", "birth date", "date of birth"),
			field("adviser_login", "客户经理账号", "Adviser's account", "客户经理", "理财经理", "adviser", "adviser login", "account manager"),
			field("department", "所属部门", "Department", "部门", "department name"),
			field("notes", "备注", "Notes", "说明", "note", "remark", "remarks"),
		}
	case Contacts:
		return []Field{
			customer,
			field("number", "电话", "Telephone", "手机", "手机号", "手机号码", "联系电话", "电话号码", "phone", "mobile", "number", "phone number", "tel").needed(),
			field("label", "联系人", "Label", "姓名", "联系人姓名", "说明", "contact", "contact person", "name"),
		}
	case Contracts:
		key := contract.needed()
		key.Name, key.Words = "key", append(key.Words, "编号", "key", "no", "number")
		return []Field{
			key, customer, field("project", "项目", "Project", "项目名称", "工程名称", "project name"), field("product", "产品", "Product", "产品名称", "商品", "product name"), amount,
			field("signed_on", "签订日期", "Signed on", "签约日期", "合同日期", "签订日", "signed", "signing date", "date of contract"),
			field("cooling_off_until", "冷静期截止", "Cooling-off until", "冷静期", "犹豫期截止", "cooling off"),
			field("starts_on", "开始日期", "Starts on", "生效日期", "起始日期", "start", "start date", "from"),
			field("ends_on", "到期日期", "Ends on", "截止日期", "终止日期", "end", "end date", "until", "expires"),
			field("terminated_on", "解约日期", "Terminated on", "退保日期", "解除日期", "terminated", "termination date"), note,
		}
	case Equipment:
		key := equipment.needed()
		key.Name, key.Words = "key", append(key.Words, "编号", "key", "no", "number")
		return []Field{
			key, customer, contract, field("project", "项目", "Project", "项目名称", "工程名称", "project name"),
			field("model", "产品型号", "Model", "型号", "规格型号", "product model", "type"), field("product_line", "产品线", "Product line", "系列", "产品系列", "line", "series"),
			field("quantity", "数量", "Quantity", "台数", "件数", "qty", "units", "pieces"), amount,
			field("shipped_on", "发货日期", "Shipped on", "出厂日期", "发运日期", "shipped", "shipment date", "shipping date"), field("arrived_on", "到货日期", "Arrived on", "到场日期", "arrived", "arrival date"),
			field("installed_on", "安装日期", "Installed on", "安装完成日期", "installed", "installation date"), field("commissioning_on", "计划投运日期", "Commissioning planned", "计划投运", "planned commissioning"),
			field("commissioned_on", "投运日期", "Commissioned on", "投运时间", "投产日期", "commissioned", "commissioning date"),
			field("power_manager", "负责人", "Responsible person", "用电负责人", "电力负责人", "电气负责人", "power manager", "responsible", "manager"),
			field("power_manager_phone", "负责人电话", "Responsible person's phone", "用电负责人电话", "电力负责人电话", "power manager phone", "manager phone", "responsible phone"),
			field("site_contact", "现场联系人", "Site contact", "变电所联系人", "变电站联系人", "substation contact"),
			field("site_phone", "现场电话", "Site phone", "变电所电话", "变电站电话", "现场联系电话", "site contact phone", "substation phone"),
		}
	case Deliveries:
		key := field("key", "单号", "Delivery key", "交付单号", "送货单号", "订单号", "提货单号", "delivery no", "delivery number", "order no", "order number", "key").needed()
		return []Field{
			key, customer, field("delivered_on", "交付日期", "Delivered on", "送货日期", "送达日期", "提货日期", "完成日期", "delivered", "delivery date", "date").first(),
			field("picked_up", "自提", "Picked up", "是否自提", "客户自提", "pick up", "collected"), contract, equipment, amount, note,
		}
	case Events:
		return []Field{
			field("key", "事件编号", "Event key", "编号", "单号", "event no", "key", "reference").needed(), customer,
			field("kind", "事件", "Event", "事件类别", "事件类型", "类别", "类型", "kind", "event kind", "event type", "type").first(),
			field("occurred_on", "发生日期", "Occurred on", "日期", "发生日", "date", "occurred", "day").first(), contract, equipment, amount, note,
		}
	}
	return nil
}

func (k Kind) field(name string) (Field, bool) {
	for _, f := range k.Fields() {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

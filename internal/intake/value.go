package intake

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/sheet"
)

// said is what is wrong with a value, in both languages.
func said(zh, en string, args ...any) Both {
	return Both{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// dayForms are the ways in which people write days. A time after the day is
// dropped; two digits of a year are not guessed at.
func dayForms() []string {
	return []string{time.DateOnly, "2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2006-01-02T15:04:05Z07:00", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006年1月2日 15:04"}
}

func parseDay(text string) (calendar.Date, bool) {
	s := norm.NFKC.String(text)
	for _, form := range dayForms() {
		if t, err := time.Parse(form, s); err == nil {
			return calendar.DateOf(t), true
		}
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		if t, ok := sheet.Day(n); ok {
			return calendar.DateOf(t), true
		}
	}
	return calendar.Date{}, false
}

// parseCents reads an amount in yuan: 3,000,000.00, ￥12.5, 300万, 1.2E6.
func parseCents(text string) (int64, bool) {
	s := strings.ToLower(norm.NFKC.String(text))
	for _, mark := range []string{"¥", "cny", "rmb", "元", "圆", ",", " "} {
		s = strings.ReplaceAll(s, mark, "")
	}
	times := 1.0
	for unit, n := range map[string]float64{"万": 1e4, "亿": 1e8} {
		if before, ok := strings.CutSuffix(s, unit); ok {
			s, times = before, n
			break
		}
	}
	if strings.ContainsAny(s, "xpn_") { // no hexadecimal, no infinities
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if f *= times * 100; err != nil || f < 0 || f > 1e15 {
		return 0, false
	}
	return int64(f + 0.5), true
}

func parseCount(text string) (int, bool) {
	s := norm.NFKC.String(text)
	for _, unit := range []string{"台", "件", "套", "个", ","} {
		s = strings.ReplaceAll(s, unit, "")
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if n := int(f); err == nil && f >= 1 && f <= 1_000_000 && float64(n) == f {
		return n, true
	}
	return 0, false
}

func parseYes(text string) (yes, ok bool) {
	switch strings.ToLower(norm.NFKC.String(text)) {
	case "是", "有", "对", "√", "1", "y", "yes", "true":
		return true, true
	case "否", "无", "不", "0", "n", "no", "false", "-":
		return false, true
	}
	return false, false
}

// customerKinds are the words for kinds of customers.
func customerKinds() map[string]customer.Kind {
	return map[string]customer.Kind{
		"投资者": customer.KindInvestor, "投资人": customer.KindInvestor, "理财": customer.KindInvestor, "理财客户": customer.KindInvestor,
		"设备运行单位": customer.KindEquipmentOperator, "设备用户": customer.KindEquipmentOperator, "设备客户": customer.KindEquipmentOperator, "设备": customer.KindEquipmentOperator, "设备单位": customer.KindEquipmentOperator, "equipmentoperator": customer.KindEquipmentOperator,
		"家具客户": customer.KindFurnitureBuyer, "家具": customer.KindFurnitureBuyer, "家具买家": customer.KindFurnitureBuyer, "furniturebuyer": customer.KindFurnitureBuyer,
		"广告客户": customer.KindAdvertiser, "广告": customer.KindAdvertiser, "广告主": customer.KindAdvertiser, "其他": customer.KindOther, "其它": customer.KindOther,
		"investor": customer.KindInvestor, "advertiser": customer.KindAdvertiser, "other": customer.KindOther,
	}
}

// eventKinds are the words for events, besides those of the API.
func eventKinds() map[string]dealing.Kind {
	words := map[string]dealing.Kind{
		"合同签订": dealing.ContractSigned, "签约": dealing.ContractSigned, "合同变更": dealing.ContractChanged, "变更": dealing.ContractChanged, "合同终止": dealing.ContractTerminated, "解约": dealing.ContractTerminated,
		"合同到期": dealing.ContractExpires, "到期": dealing.ContractExpires, "发货": dealing.Shipped, "到货": dealing.Arrived, "安装": dealing.Installed, "安装完成": dealing.Installed, "投运": dealing.Commissioned,
		"质保到期": dealing.WarrantyEnds, "送货": dealing.Delivered, "送达": dealing.Delivered, "交付": dealing.Delivered, "自提": dealing.PickedUp, "提货": dealing.PickedUp, "购买": dealing.Purchased,
		"派修": dealing.RepairDispatched, "维修派工": dealing.RepairDispatched, "维修超时": dealing.RepairOverdue, "维修完成": dealing.RepairFinished, "修复": dealing.RepairFinished,
		"收到投诉": dealing.ComplaintReceived, "投诉": dealing.ComplaintReceived, "投诉办结": dealing.ComplaintResolved, "投诉已处理": dealing.ComplaintResolved, "来信": dealing.LetterReceived, "来函": dealing.LetterReceived,
		"收到建议": dealing.ProposalReceived, "建议": dealing.ProposalReceived, "移交保险": dealing.ClaimHandedOver, "移交保险公司": dealing.ClaimHandedOver, "销售拜访": dealing.SalesVisit, "拜访": dealing.SalesVisit,
	}
	for _, k := range dealing.Kinds() {
		words[normal(string(k))] = k
	}
	return words
}

"""Sentences of 受理 intake."""

from contracts.events import intake
from contracts.said import Said
from contracts.wording.template import Templates

__all__ = ["SENTENCES"]

SENTENCES: Templates = {
    intake.AppealReceived: Said(
        "受理诉求 {appeal_no}（{kind}）[，地点属{street}][，事项 {matter}]"
        "[confidential|，来电人要求保密]。",
        "Appeal {appeal_no} ({kind}) is received[, in {street}][, about matter {matter}]"
        "[confidential|; the caller asks for confidence].",
    ),
    intake.AppealAnswered: Said(
        "当场直接答复，不派单。", "It is answered on the spot, without a case."
    ),
    intake.AppealDeclined: Said(
        "不予派单：{ground}；已向来电人说明。",
        "It is not dispatched: {ground}; the caller has an explanation.",
    ),
    intake.CaseFiled: Said(
        "立案为工单 {case_no}（{kind}），地点属{street}，事项 {matter}，由{classified_by}归类。",
        "Case {case_no} ({kind}) is filed, in {street}, about matter {matter}, "
        "classified by {classified_by}.",
    ),
    intake.AppealLinked: Said(
        "作为重复件关联到工单 {case_no}。",
        "It is linked to case {case_no} as being about the same matter.",
    ),
    intake.AppealUnlinked: Said(
        "解除与工单 {case_no} 的关联，重新待定。",
        "The link to case {case_no} is undone; it is undecided again.",
    ),
    intake.AppealWithdrawn: Said(
        "来电人撤回诉求[，退出工单 {case_no}]。",
        "The caller takes the appeal back[ and leaves case {case_no}].",
    ),
    intake.SubjectRecorded: Said("登记当事人。", "A person is recorded."),
    intake.SubjectCorrected: Said("更正当事人信息。", "The person's record is corrected."),
    intake.SubjectsLinked: Said("与另一当事人记录合并。", "It is linked to another record."),
    intake.SubjectsUnlinked: Said("撤销与另一当事人记录的合并。", "The link is undone."),
    intake.PersonalDataRead: Said(
        "{read_for}查阅当事人联系方式[（工单 {case_no}）]。",
        "{read_for} reads the person's contact[ for case {case_no}].",
    ),
    intake.ErasureRequested: Said(
        "申请删除当事人信息（{ground}），待另一人审批。",
        "The erasure of the person is requested ({ground}); somebody else decides.",
    ),
    intake.ErasureRejected: Said("驳回删除申请。", "The request for erasure is rejected."),
    intake.SubjectHeld: Said(
        "依法留存，暂不得删除。", "The record is held because a law wants it."
    ),
    intake.SubjectHoldLifted: Said("解除留存。", "The hold is lifted."),
    intake.SubjectErased: Said(
        "当事人信息已删除（{ground}）。",
        "The person is erased ({ground}).",
    ),
    intake.ReadingNoted: Said("{unit}查阅{what}，已登记。", "{unit} reads {what}; it is noted."),
    intake.ReadingRefused: Said(
        "{unit}查阅{what}被拒（{code}）。",
        "{unit} is refused {what} ({code}).",
    ),
}

"""What the class teacher owes the list of the class: orders entered in time, personal data compared once in a while."""

from __future__ import annotations

from collections.abc import Iterator

from sync_service.domain.deadlines import review_due
from sync_service.domain.problems import Code
from sync_service.reconcile.rules.corrections import REMEMBERED
from sync_service.reconcile.rules.night import Night, Remark


def reviews_due(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.14: a class whose list and contacts nobody has compared with the papers for too long, from the beginning
    of the year on; until a line stands on «Проверка данных»."""
    if not night.policy.review_days:
        return
    for school_class, _, _ in night.facts.classes:
        done = [one.date for one in night.reviews if one.school_class == school_class and one.date <= night.today]
        due = review_due(max([*done, night.facts.year.start]), night.policy, night.facts.time_zone)
        if night.overdue(due):
            last = f"последний раз {max(done):%d.%m.%Y}" if done else "в этом году ни разу"
            yield night.to_class_teacher(Code.ROSTER_REVIEW, school_class, "", last, due=due)


def late_orders(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.6: a coming or leaving that was entered later than some days after its day. Said for a week."""
    names = {pupil.code: pupil.name for pupil in night.facts.pupils}
    classes = {code for code, _, _ in night.facts.classes}
    for order in night.orders:
        limit = night.rules.on(order.day).roster_days
        days = (order.at.astimezone(night.now.tzinfo).date() - order.day).days
        if order.pupil not in names or order.school_class not in classes or night.now - order.at > REMEMBERED:
            continue
        if days > limit:
            what = "выбытие" if order.leaving else "зачисление"
            who = f"{names[order.pupil]}, {what} {order.day:%d.%m}"
            yield night.to_class_teacher(
                Code.ROSTER_LATE, order.school_class, who, f"через {days} дн., по правилам {limit}"
            )

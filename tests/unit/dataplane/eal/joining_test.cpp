#include "dataplane/eal/joining.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::eal {
namespace {

using config::Joined;
using config::region::JoiningCode;
using Verdict = TrialOutcome::Verdict;

constexpr JoiningFacts all_is_there{Joined::automatic, true, true};

Joining after_trial(Verdict verdict) {
    return decide_joining(all_is_there, [&] { return TrialOutcome{verdict, "part 4 of 4 differs"}; });
}

/// Without a trial: none is worth its time.
JoiningCode without_trial(const JoiningFacts& facts) {
    const auto never = []() -> TrialOutcome {
        ADD_FAILURE() << "a trial that decides nothing";
        return {Verdict::right, ""};
    };
    return decide_joining(facts, never).code;
}

TEST(DecideJoining, takes_what_file_kernel_and_device_allow_and_a_trial_showed) {
    const Joining joining = after_trial(Verdict::right);
    EXPECT_EQ(joining.code, JoiningCode::joined);
    EXPECT_TRUE(joining.is_on());
    EXPECT_TRUE(joining.sentence().starts_with("copies of a path leave joined")) << joining.sentence();
}

TEST(DecideJoining, names_what_is_in_the_way) {
    EXPECT_EQ(without_trial({Joined::off, true, true}), JoiningCode::switched_off);
    EXPECT_EQ(without_trial({Joined::off, false, false}), JoiningCode::switched_off);
    EXPECT_EQ(without_trial({Joined::automatic, false, true}), JoiningCode::old_linux);
    EXPECT_EQ(without_trial({Joined::automatic, true, false}), JoiningCode::device_does_not_cut);
}

TEST(DecideJoining, a_kernel_that_cuts_wrongly_gets_frame_by_frame_and_the_log_says_what_it_did) {
    const Joining joining = after_trial(Verdict::wrong);
    EXPECT_EQ(joining.code, JoiningCode::cut_wrongly);
    EXPECT_FALSE(joining.is_on());
    EXPECT_EQ(joining.sentence(),
              "copies leave frame by frame: this kernel cuts joined UDP wrongly, as a trial in a network namespace of "
              "its own showed (part 4 of 4 differs); another kernel mends it");
}

TEST(DecideJoining, what_could_not_be_tried_is_not_used) {
    const Joining joining = after_trial(Verdict::not_tried);
    EXPECT_EQ(joining.code, JoiningCode::not_tried);
    EXPECT_FALSE(joining.is_on());
    EXPECT_NE(joining.sentence().find("(part 4 of 4 differs)"), std::string::npos);
}

TEST(DecideJoining, every_way_has_a_sentence_of_its_own) {
    std::string before;
    for (int code = 1; code <= static_cast<int>(JoiningCode::not_tried); ++code) {
        const std::string sentence = Joining{static_cast<JoiningCode>(code), ""}.sentence();
        EXPECT_FALSE(sentence.empty()) << code;
        EXPECT_NE(sentence, before);
        before = sentence;
    }
    EXPECT_EQ(Joining{}.sentence(), "");
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
